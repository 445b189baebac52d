// Package keys holds key bindings as data: footer, help, palette, dispatch and
// the README's table all come from the same declarations.
//
// Its law: a binding is a value; nothing here knows a pane, and nothing here
// acts, save that Move hands a movement on to the list or page that moves; the
// mouse's wheel and clicks are read here for all of them. What a key means is decided once, in its declaration, and a person's
// own keys change only which keys, never what they do.
package keys
