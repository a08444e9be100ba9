/** What each host did and what was done to it: the evidence that detections look at. */
package io.weir.advisor.host;
