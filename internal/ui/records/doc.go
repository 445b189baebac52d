// Package records is what panes share that show a list of records with the
// details of the one under the cursor beside or below it, a filter under both,
// and something to copy in every detail.
//
// Its law: it knows no record and reads nothing. What a record says, how the
// room is divided and what is said where there is no list is the pane's, which
// gives it as a Form.
package records
