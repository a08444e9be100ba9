package io.weir.exporters.alert;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** An HTTP server that answers as it is told, and 200 else. */
final class TestReceiver implements AutoCloseable {

    /**
     * @param path with its query
     * @param nanos when it came, as {@link System#nanoTime}
     */
    record Request(String path, Headers headers, String body, long nanos) {

        String header(String name) {
            return headers.getFirst(name);
        }
    }

    private record Answer(int status, String body, String retryAfter) {}

    final List<Request> requests = new CopyOnWriteArrayList<>();
    private final ConcurrentLinkedQueue<Answer> answers = new ConcurrentLinkedQueue<>();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final HttpServer server;
    private volatile int always = 200;

    TestReceiver() throws IOException {
        this(0);
    }

    TestReceiver(int port) throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
        server.setExecutor(threads);
        server.createContext("/", this::handle);
        server.start();
    }

    int port() {
        return server.getAddress().getPort();
    }

    URI uri(String path) {
        return URI.create("http://127.0.0.1:" + port() + path);
    }

    /** One answer, in turn. */
    TestReceiver answer(int status, String body) {
        answers.add(new Answer(status, body, null));
        return this;
    }

    TestReceiver answerTooMany(String retryAfter) {
        answers.add(new Answer(429, "", retryAfter));
        return this;
    }

    /** What it answers when it was not told otherwise. */
    void answerAlways(int status) {
        always = status;
    }

    private void handle(HttpExchange exchange) throws IOException {
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        requests.add(new Request(
                exchange.getRequestURI().toString(), exchange.getRequestHeaders(), body, System.nanoTime()));
        Answer answer = answers.poll();
        if (answer == null) {
            answer = new Answer(always, "", null);
        }
        if (answer.retryAfter() != null) {
            exchange.getResponseHeaders().add("Retry-After", answer.retryAfter());
        }
        byte[] text = answer.body().getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(answer.status(), text.length == 0 ? -1 : text.length);
        exchange.getResponseBody().write(text);
        exchange.close();
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
