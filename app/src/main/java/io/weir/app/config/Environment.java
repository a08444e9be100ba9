package io.weir.app.config;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What the machine tells a program: environment variables, home directory, host name. Passed in, so that tests choose it.
 *
 * @param variables environment variables
 * @param home home directory of the user
 */
public record Environment(Map<String, String> variables, Path home) {

    static final String PREFIX = "WEIR_";

    /** Variables that belong to the launcher, not to the catalogue. */
    private static final Set<String> LAUNCHER =
            Set.of("WEIR_JAVA_OPTS", "WEIR_PLUGINS", "WEIR_CONFIG", "WEIR_JAVA_HOME", "WEIR_HOME", "WEIR_CDS");

    /** Kubernetes sets these in every pod for a Service whose name begins with "weir". */
    private static final Pattern SERVICE_LINK =
            Pattern.compile("WEIR_(.*_)?(SERVICE_HOST|SERVICE_PORT(_.*)?|PORT(_\\d+_(TCP|UDP|SCTP)(_.*)?)?)");

    public Environment {
        variables = Map.copyOf(variables);
    }

    /** Of this process. */
    public static Environment ofProcess() {
        return new Environment(System.getenv(), Path.of(System.getProperty("user.home")));
    }

    static String nameOf(String key) {
        return PREFIX + key.toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_');
    }

    /** True for a variable that looks like ours but is not meant as a setting. */
    static boolean isForeign(String name) {
        return LAUNCHER.contains(name) || SERVICE_LINK.matcher(name).matches();
    }

    /** Where a user's data goes by the XDG base directory specification. */
    Path dataDirectory() {
        String xdg = variables.get("XDG_DATA_HOME");
        Path base = xdg == null || !xdg.startsWith("/") ? home.resolve(".local/share") : Path.of(xdg);
        return base.resolve("weir");
    }

    String hostName() {
        String name = variables.get("HOSTNAME");
        if (name != null && !name.isBlank()) {
            return name.trim();
        }
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            return "localhost";
        }
    }
}
