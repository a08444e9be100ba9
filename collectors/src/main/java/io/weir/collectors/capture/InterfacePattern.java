package io.weir.collectors.capture;

import java.util.List;
import java.util.regex.Pattern;

/**
 * Which interfaces to capture from: {@code [!][NAMESPACE:]INTERFACE}. In the interface and in the name of a namespace {@code *} stands
 * for any characters and {@code ?} for one; {@code !} takes out what others have chosen.
 *
 * @param excludes whether it takes out
 * @param namespace as {@link NetworkNamespace} has it, or a pattern of names; null for this process's own
 * @param interfaceName a name, or a pattern of names
 */
public record InterfacePattern(boolean excludes, String namespace, String interfaceName) {

    /**
     * Takes a pattern as people write it.
     *
     * @throws IllegalArgumentException when a part of it is empty
     */
    public static InterfacePattern parse(String text) {
        boolean excludes = text.startsWith("!");
        String rest = excludes ? text.substring(1) : text;
        // The path of a namespace may hold a colon, the name of an interface may not.
        int colon = rest.lastIndexOf(':');
        String namespace = colon < 0 ? null : rest.substring(0, colon);
        String name = rest.substring(colon + 1);
        if (name.isBlank() || (namespace != null && namespace.isBlank())) {
            throw new IllegalArgumentException(
                    "\"" + text + "\" is no interface: give NAME, a pattern such as veth*, or NAMESPACE:NAME");
        }
        return new InterfacePattern(excludes, namespace, name);
    }

    /** True when it names one interface. */
    public boolean isExact() {
        return !excludes && isName(namespace) && isName(interfaceName);
    }

    /** True when namespaces are to be looked for by name. */
    public boolean seeksNamespaces() {
        return !isName(namespace);
    }

    private static boolean isName(String text) {
        return text == null || (text.indexOf('*') < 0 && text.indexOf('?') < 0);
    }

    /** Whether an interface is one of those meant; {@code inNamespace} is null for this process's own. */
    public boolean matches(String inNamespace, String name) {
        return matchesNamespace(inNamespace) && fits(interfaceName, name);
    }

    /** Whether a namespace is one of those meant. */
    public boolean matchesNamespace(String inNamespace) {
        if (namespace == null || inNamespace == null) {
            return namespace == null && inNamespace == null;
        }
        return fits(namespace, inNamespace);
    }

    private static boolean fits(String pattern, String name) {
        if (isName(pattern)) {
            return pattern.equals(name);
        }
        String expression = Pattern.quote(pattern).replace("*", "\\E.*\\Q").replace("?", "\\E.\\Q");
        return Pattern.matches(expression, name);
    }

    /** Whether the patterns together choose an interface: one chooses it, and none takes it out. */
    public static boolean choose(List<InterfacePattern> patterns, String inNamespace, String name) {
        boolean chosen = false;
        for (InterfacePattern pattern : patterns) {
            if (pattern.matches(inNamespace, name)) {
                if (pattern.excludes) {
                    return false;
                }
                chosen = true;
            }
        }
        return chosen;
    }

    /** Those that name one interface and that no other takes out. */
    public static List<InterfacePattern> exact(List<InterfacePattern> patterns) {
        return patterns.stream()
                .filter(pattern -> pattern.isExact() && choose(patterns, pattern.namespace(), pattern.interfaceName()))
                .toList();
    }

    @Override
    public String toString() {
        return (excludes ? "!" : "") + (namespace == null ? "" : namespace + ":") + interfaceName;
    }
}
