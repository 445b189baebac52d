// Package layout divides the terminal into named rectangles and puts views
// into them: pure functions on sizes and strings.
//
// Its law: any size is allowed, unknown (zero) and absurd ones too; whatever
// comes out has exactly the lines and at most the cells it was asked for. All
// measuring and cutting knows escapes and wide characters.
package layout
