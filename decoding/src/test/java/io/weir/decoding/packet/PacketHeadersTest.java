package io.weir.decoding.packet;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.schemas.Layer;
import org.junit.jupiter.api.Test;

class PacketHeadersTest {

    private final PacketHeaders headers = new PacketHeaders();

    @Test
    void shouldListLayersFromTheOutsideIn() {
        headers.addLayer(Layer.ethernet);
        headers.addLayer(Layer.vlan);
        headers.addLayer(Layer.ipv6);
        headers.addLayer(Layer.tcp);
        assertThat(PacketHeaders.layerNames(headers.layers)).containsExactly("ethernet", "vlan", "ipv6", "tcp");
        assertThat(PacketHeaders.layerNames(0)).isEmpty();
    }

    @Test
    void shouldKeepNoMoreLayersThanFit() {
        for (int i = 0; i < PacketHeaders.MAX_LAYERS; i++) {
            headers.addLayer(Layer.sctp);
        }
        headers.addLayer(Layer.ethernet);
        assertThat(PacketHeaders.layerNames(headers.layers))
                .hasSize(PacketHeaders.MAX_LAYERS)
                .containsOnly("sctp");
    }
}
