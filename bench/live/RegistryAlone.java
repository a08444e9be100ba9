import io.weir.embedded.registry.RegistryConfig;
import io.weir.embedded.registry.SchemaRegistry;

/**
 * Weir's Schema Registry in front of brokers that are there, until the standard input ends. Prints its address.
 *
 * <p>Usage: java -cp 'app/target/weir-dist/current/lib/*' bench/live/RegistryAlone.java BOOTSTRAP_SERVERS PORT
 */
public final class RegistryAlone {

    private RegistryAlone() {}

    public static void main(String[] args) throws Exception {
        RegistryConfig config = RegistryConfig.defaults(args[0]).withPort(Integer.parseInt(args[1]));
        try (SchemaRegistry registry = SchemaRegistry.start(config)) {
            System.out.println(registry.url());
            System.in.read();
        }
    }
}
