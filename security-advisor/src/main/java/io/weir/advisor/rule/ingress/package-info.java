/** Rule SA-ING-01: one finding for each episode in which something outside began to talk to something inside. */
package io.weir.advisor.rule.ingress;
