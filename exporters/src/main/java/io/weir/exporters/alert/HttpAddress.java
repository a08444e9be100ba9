package io.weir.exporters.alert;

import java.net.URI;
import java.util.List;

/** URLs that may hold secrets in user, path and query. */
final class HttpAddress {

    private HttpAddress() {}

    /** Says what is wrong without showing the URL. */
    static void check(String setting, URI to, List<String> mistakes) {
        if (to == null || to.getHost() == null || !("http".equals(to.getScheme()) || "https".equals(to.getScheme()))) {
            mistakes.add(setting + ": is not a URL that begins with http:// or https:// and names a host");
        }
    }

    /** Scheme, host and port. */
    static String shown(URI to) {
        return to.getScheme() + "://" + to.getHost() + (to.getPort() < 0 ? "" : ":" + to.getPort());
    }

    /** Without user and fragment, which are not for the request. */
    static URI ofRequest(URI to, String pathBehind) {
        String path = to.getRawPath() == null ? "" : to.getRawPath();
        String joined = pathBehind.isEmpty() ? path : path.replaceAll("/+$", "") + pathBehind;
        return URI.create(shown(to) + joined + (to.getRawQuery() == null ? "" : '?' + to.getRawQuery()));
    }

    /** The text without what the URL must keep to itself, should the receiver have repeated it. */
    static String redact(String text, URI to) {
        String redacted = text;
        for (String secret : new String[] {
            to.getRawUserInfo(), to.getUserInfo(), to.getRawQuery(), to.getQuery(), to.getRawPath(), to.getPath()
        }) {
            if (secret != null && secret.length() > 1) {
                redacted = redacted.replace(secret, "…");
            }
        }
        return redacted;
    }
}
