/** Event time of observation points. */
package io.weir.advisor.time;
