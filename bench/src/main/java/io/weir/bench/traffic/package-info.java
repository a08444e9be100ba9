/** A generator of captures: deterministic, realistic in its mix, fast enough for tens of millions of packets. */
package io.weir.bench.traffic;
