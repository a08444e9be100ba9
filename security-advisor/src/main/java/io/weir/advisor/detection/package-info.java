/** Rules that look at what a host did or what was done to it. One class each, all behind {@link io.weir.advisor.detection.Detection}. */
package io.weir.advisor.detection;
