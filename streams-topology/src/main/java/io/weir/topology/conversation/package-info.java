/** Flows of several observation points that are one conversation: its path, and whose counters stand for it. */
package io.weir.topology.conversation;
