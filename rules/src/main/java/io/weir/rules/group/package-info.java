/** What rules have counted for each group: windows by event time, and the findings that come of them. */
package io.weir.rules.group;
