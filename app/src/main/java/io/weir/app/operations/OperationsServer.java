package io.weir.app.operations;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.weir.schemas.json.JsonObject;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Answers {@code GET} and {@code HEAD} of {@code /metrics}, {@code /health/live} and {@code /health/ready}. */
final class OperationsServer implements AutoCloseable {

    static final String PROMETHEUS_TEXT = "text/plain; version=0.0.4; charset=utf-8";
    static final String OPEN_METRICS = "application/openmetrics-text; version=1.0.0; charset=utf-8";

    private static final Logger LOG = LoggerFactory.getLogger(OperationsServer.class);
    private static final String JSON = "application/json";
    private static final int BACKLOG = 16;
    /** One answers while another still writes to somebody who reads slowly. */
    private static final int THREADS = 2;

    private static final int WAITING_CALLS = 32;
    private static final int CLOSE_SECONDS = 2;

    private final HttpServer server;
    private final ThreadPoolExecutor executor;
    private final Health health;
    private final UnaryOperator<String> metrics;

    private record Page(int status, String type, String body) {

        static Page of(Health.Answer answer) {
            return new Page(answer.isGood() ? 200 : 503, JSON, answer.body().toString());
        }

        static Page error(int status, String message) {
            return new Page(status, JSON, new JsonObject().put("error", message).toString());
        }
    }

    /**
     * Begins to answer.
     *
     * @param metrics writes all metrics in the format of a content type
     * @throws IOException when the address cannot be listened on
     */
    OperationsServer(InetSocketAddress address, Health health, UnaryOperator<String> metrics) throws IOException {
        this.health = health;
        this.metrics = metrics;
        server = HttpServer.create(address, BACKLOG);
        AtomicInteger number = new AtomicInteger();
        executor = new ThreadPoolExecutor(
                THREADS, THREADS, 10, TimeUnit.SECONDS, new ArrayBlockingQueue<>(WAITING_CALLS), task -> {
                    Thread thread = new Thread(task, "weir-operations-" + number.incrementAndGet());
                    thread.setDaemon(true);
                    return thread;
                });
        executor.allowCoreThreadTimeOut(true);
        server.setExecutor(executor);
        server.createContext("/", this::handle);
        server.start();
    }

    InetSocketAddress address() {
        return server.getAddress();
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            Page page;
            try {
                page = page(exchange);
            } catch (RuntimeException e) {
                LOG.error("{} {} failed", exchange.getRequestMethod(), exchange.getRequestURI(), e);
                page = Page.error(500, "this request failed; the log says why");
            }
            respond(exchange, page);
        }
    }

    private Page page(HttpExchange exchange) {
        String path = exchange.getRequestURI().getPath();
        boolean known = path.equals("/metrics") || path.equals("/health/live") || path.equals("/health/ready");
        if (!known) {
            return Page.error(404, "there are /metrics, /health/live and /health/ready");
        }
        String method = exchange.getRequestMethod();
        if (!method.equals("GET") && !method.equals("HEAD")) {
            exchange.getResponseHeaders().set("Allow", "GET, HEAD");
            return Page.error(405, "only GET and HEAD");
        }
        return switch (path) {
            case "/health/live" -> Page.of(health.live());
            case "/health/ready" -> Page.of(health.ready());
            default -> {
                String type = typeOfMetrics(exchange.getRequestHeaders().getFirst("Accept"));
                yield new Page(200, type, metrics.apply(type));
            }
        };
    }

    /** OpenMetrics for who asks for it, as Prometheus does; never Protobuf. */
    private static String typeOfMetrics(String accept) {
        return accept != null && accept.contains("application/openmetrics-text") ? OPEN_METRICS : PROMETHEUS_TEXT;
    }

    private static void respond(HttpExchange exchange, Page page) throws IOException {
        byte[] body = page.body().getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", page.type());
        if (exchange.getRequestMethod().equals("HEAD")) {
            exchange.getResponseHeaders().set("Content-Length", Integer.toString(body.length));
            exchange.sendResponseHeaders(page.status(), -1);
            return;
        }
        exchange.sendResponseHeaders(page.status(), body.length);
        exchange.getResponseBody().write(body);
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
