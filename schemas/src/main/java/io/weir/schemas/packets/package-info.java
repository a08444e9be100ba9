/** Packet summaries: the canonical flow key and the hand-written codec of {@link io.weir.schemas.PacketBatch}. */
package io.weir.schemas.packets;
