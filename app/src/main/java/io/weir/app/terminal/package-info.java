/** What people see: tables, numbers with units, the live summary. */
package io.weir.app.terminal;
