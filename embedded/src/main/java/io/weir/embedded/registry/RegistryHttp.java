package io.weir.embedded.registry;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The HTTP side: a bounded number of threads and waiting calls, every refusal as {@code {"error_code","message"}}. */
final class RegistryHttp implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(RegistryHttp.class);
    private static final String REGISTRY_TYPE = "application/vnd.schemaregistry.v1+json";
    private static final String JSON_TYPE = "application/json";
    private static final int BACKLOG = 64;
    private static final int THREADS = 8;
    private static final int WAITING_CALLS = 256;
    private static final int CLOSE_SECONDS = 2;

    static {
        // With Nagle's algorithm on, the JDK's default, every answer waits 40 ms. Read once, when the server's classes
        // load.
        if (System.getProperty("sun.net.httpserver.nodelay") == null) {
            System.setProperty("sun.net.httpserver.nodelay", "true");
        }
    }

    private final HttpServer server;
    private final ThreadPoolExecutor executor;
    private final ObjectMapper json;
    private final RegistryRoutes routes;

    private RegistryHttp(HttpServer server, RegistryRoutes routes, ObjectMapper json) {
        this.server = server;
        this.routes = routes;
        this.json = json;
        AtomicInteger number = new AtomicInteger();
        this.executor = new ThreadPoolExecutor(
                THREADS, THREADS, 10, TimeUnit.SECONDS, new ArrayBlockingQueue<>(WAITING_CALLS), task -> {
                    Thread thread = new Thread(task, "weir-registry-http-" + number.incrementAndGet());
                    thread.setDaemon(true);
                    return thread;
                });
        executor.allowCoreThreadTimeOut(true);
    }

    /** Takes the port; calls are answered from {@link #serve} on. */
    static HttpServer bind(String host, int port) throws IOException {
        return HttpServer.create(new InetSocketAddress(host, port), BACKLOG);
    }

    static RegistryHttp serve(HttpServer server, Subjects subjects) {
        ObjectMapper json = new ObjectMapper();
        RegistryHttp http = new RegistryHttp(server, new RegistryRoutes(subjects, json), json);
        server.setExecutor(http.executor);
        server.createContext("/", http::handle);
        server.start();
        return http;
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            int status = 200;
            JsonNode answer;
            try {
                answer = routes.answer(new HttpCall(exchange));
            } catch (RegistryException e) {
                status = e.status();
                answer = error(e.errorCode(), e.getMessage());
                if (status >= 500) {
                    log.warn("{} {}: {}", exchange.getRequestMethod(), exchange.getRequestURI(), e.getMessage());
                }
            } catch (RuntimeException e) {
                log.error("{} {} failed", exchange.getRequestMethod(), exchange.getRequestURI(), e);
                status = 500;
                answer = error(500, "The registry failed on this request; its log says why.");
            }
            respond(exchange, status, json.writeValueAsBytes(answer));
        }
    }

    private JsonNode error(int code, String message) {
        return json.createObjectNode().put("error_code", code).put("message", message);
    }

    private static void respond(HttpExchange exchange, int status, byte[] body) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", answerType(exchange));
        if (status == 413) {
            exchange.getResponseHeaders().set("Connection", "close");
        }
        if (exchange.getRequestMethod().equals("HEAD")) {
            exchange.sendResponseHeaders(status, -1);
            return;
        }
        exchange.sendResponseHeaders(status, body.length);
        exchange.getResponseBody().write(body);
    }

    private static String answerType(HttpExchange exchange) {
        String accept = exchange.getRequestHeaders().getFirst("Accept");
        return accept != null && accept.contains(JSON_TYPE) && !accept.contains("schemaregistry")
                ? JSON_TYPE
                : REGISTRY_TYPE;
    }

    int port() {
        return server.getAddress().getPort();
    }

    @Override
    public void close() {
        server.stop(0);
        executor.shutdown();
        try {
            if (!executor.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS)) {
                executor.shutdownNow();
            }
        } catch (InterruptedException e) {
            executor.shutdownNow();
            Thread.currentThread().interrupt();
        }
    }
}
