#include <tunables/global>
profile containai-agent-@CHANNEL@ flags=(attach_disconnected) {
  #include <abstractions/base>
  /workspace/** rwk,
  /opt/containai/** r,
  deny /proc/sys/** w,
  deny @{PROC}/*/mem rwx,
  deny mount,
}
