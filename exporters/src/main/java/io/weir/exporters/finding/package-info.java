/** Findings in the forms that other systems read: pure functions of one record. */
package io.weir.exporters.finding;
