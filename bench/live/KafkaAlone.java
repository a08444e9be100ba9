import io.weir.embedded.EmbeddedBroker;
import io.weir.embedded.EmbeddedBrokerConfig;
import io.weir.embedded.registry.RegistryConfig;
import io.weir.embedded.registry.SchemaRegistry;
import java.nio.file.Path;

/**
 * Weir's broker and Schema Registry in a process of their own, until the standard input ends. Prints their addresses in one line.
 *
 * <p>Usage: java -cp 'app/target/weir-dist/current/lib/*' bench/live/KafkaAlone.java DIRECTORY
 */
public final class KafkaAlone {

    private KafkaAlone() {}

    public static void main(String[] args) throws Exception {
        EmbeddedBrokerConfig config = EmbeddedBrokerConfig.defaults(Path.of(args[0])).withPort(0);
        try (EmbeddedBroker broker = EmbeddedBroker.start(config);
                SchemaRegistry registry = SchemaRegistry.start(
                        RegistryConfig.defaults(broker.bootstrapServers()).withPort(0))) {
            System.out.println(broker.bootstrapServers() + " " + registry.url());
            System.in.read();
        }
    }
}
