/** The command line: doors, flags, help and what is said about mistakes. */
package io.weir.app.cli;
