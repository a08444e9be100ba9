import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListTopicsOptions;
import org.apache.kafka.clients.admin.TopicDescription;

/**
 * Returns when each partition has all of its replicas in sync; ends with 1 when that takes longer than a minute.
 *
 * <p>Usage: java -cp 'app/target/weir-dist/current/lib/*' bench/live/UnderReplicated.java BOOTSTRAP_SERVERS
 */
public final class UnderReplicated {

    private static final long PATIENCE_MS = 60_000;
    private static final long PAUSE_MS = 300;

    private UnderReplicated() {}

    public static void main(String[] args) throws Exception {
        long giveUpMs = System.currentTimeMillis() + PATIENCE_MS;
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", args[0]))) {
            while (lacking(admin) > 0) {
                if (System.currentTimeMillis() > giveUpMs) {
                    System.exit(1);
                }
                Thread.sleep(PAUSE_MS);
            }
        }
    }

    private static long lacking(Admin admin) throws Exception {
        Set<String> names = admin.listTopics(new ListTopicsOptions().listInternal(true)).names().get();
        Map<String, TopicDescription> topics = admin.describeTopics(names).allTopicNames().get();
        return topics.values().stream()
                .map(TopicDescription::partitions)
                .flatMap(List::stream)
                .filter(partition -> partition.isr().size() < partition.replicas().size())
                .count();
    }
}
