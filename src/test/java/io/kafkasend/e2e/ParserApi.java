package io.kafkasend.e2e;

import com.sun.net.httpserver.HttpServer;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpVersion;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.io.CloseMode;
import wiremock.jakarta.servlet.http.HttpServletRequest;
import wiremock.jakarta.servlet.http.HttpServletResponse;
import wiremock.org.eclipse.jetty.server.Request;
import wiremock.org.eclipse.jetty.server.Server;
import wiremock.org.eclipse.jetty.server.handler.AbstractHandler;

/** An API that keeps each request as its server's parser read it, and answers 200: behind it are parsers of four families. */
final class ParserApi implements AutoCloseable {
    private static final String JOB_HEADER = "Idempotency-Key";

    /** Whose parser reads. */
    enum Kind {
        JDK,
        HTTP_CORE,
        JETTY,
        NETTY
    }

    /**
     * A request as it was read.
     *
     * @param job the portal's key; empty for none
     */
    record Call(String job, String method, String uri, long bytes) {}

    private final List<Call> calls = new CopyOnWriteArrayList<>();
    private final int port;
    private final Runnable end;

    private ParserApi(Kind kind) throws Exception {
        InetSocketAddress free = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        switch (kind) {
            case JDK -> {
                ExecutorService threads = Executors.newCachedThreadPool();
                HttpServer server = HttpServer.create(free, 0);
                server.setExecutor(threads);
                server.createContext("/", exchange -> {
                    long bytes = exchange.getRequestBody().readAllBytes().length;
                    calls.add(new Call(
                            orEmpty(exchange.getRequestHeaders().getFirst(JOB_HEADER)),
                            exchange.getRequestMethod(),
                            exchange.getRequestURI().toString(),
                            bytes));
                    exchange.sendResponseHeaders(200, -1);
                    exchange.close();
                });
                server.start();
                port = server.getAddress().getPort();
                end = () -> {
                    server.stop(0);
                    threads.shutdownNow();
                };
            }
            case HTTP_CORE -> {
                org.apache.hc.core5.http.impl.bootstrap.HttpServer server =
                        org.apache.hc.core5.http.impl.bootstrap.ServerBootstrap.bootstrap()
                                .setLocalAddress(free.getAddress())
                                .setListenerPort(0)
                                .setCanonicalHostName("127.0.0.1")
                                .register("*", (request, response, context) -> {
                                    HttpEntity entity = request.getEntity();
                                    long bytes = entity == null
                                            ? 0
                                            : entity.getContent().readAllBytes().length;
                                    Header key = request.getFirstHeader(JOB_HEADER);
                                    calls.add(new Call(
                                            key == null ? "" : key.getValue(),
                                            request.getMethod(),
                                            request.getRequestUri(),
                                            bytes));
                                })
                                .create();
                server.start();
                port = server.getLocalPort();
                end = () -> server.close(CloseMode.IMMEDIATE);
            }
            case JETTY -> {
                Server server = new Server(free);
                server.setHandler(new AbstractHandler() {
                    @Override
                    public void handle(
                            String target, Request base, HttpServletRequest request, HttpServletResponse response)
                            throws IOException {
                        String key = base.getHttpFields().get(JOB_HEADER);
                        long bytes = request.getInputStream().readAllBytes().length;
                        calls.add(new Call(
                                orEmpty(key),
                                request.getMethod(),
                                base.getHttpURI().getPathQuery(),
                                bytes));
                        base.setHandled(true);
                    }
                });
                server.start();
                port = server.getURI().getPort();
                end = () -> {
                    try {
                        server.stop();
                    } catch (Exception e) {
                        throw new IllegalStateException(e);
                    }
                };
            }
            default -> {
                EventLoopGroup threads = new MultiThreadIoEventLoopGroup(2, NioIoHandler.newFactory());
                Channel channel = new ServerBootstrap()
                        .group(threads)
                        .channel(NioServerSocketChannel.class)
                        .childHandler(new NettyPipeline())
                        .bind(free)
                        .sync()
                        .channel();
                port = ((InetSocketAddress) channel.localAddress()).getPort();
                end = () -> threads.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
            }
        }
    }

    static ParserApi of(Kind kind) throws Exception {
        return new ParserApi(kind);
    }

    private static String orEmpty(String value) {
        return value == null ? "" : value;
    }

    String url() {
        return "http://127.0.0.1:" + port;
    }

    List<Call> calls() {
        return calls;
    }

    @Override
    public void close() {
        end.run();
    }

    private final class NettyPipeline extends ChannelInitializer<SocketChannel> {
        @Override
        protected void initChannel(SocketChannel channel) {
            channel.pipeline()
                    .addLast(
                            new HttpServerCodec(),
                            new HttpObjectAggregator(8 << 20),
                            new SimpleChannelInboundHandler<FullHttpRequest>() {
                                @Override
                                protected void channelRead0(ChannelHandlerContext context, FullHttpRequest request) {
                                    calls.add(new Call(
                                            orEmpty(request.headers().get(JOB_HEADER)),
                                            request.method().name(),
                                            request.uri(),
                                            request.content().readableBytes()));
                                    DefaultFullHttpResponse answer =
                                            new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK);
                                    answer.headers().set(HttpHeaderNames.CONTENT_LENGTH, 0);
                                    context.writeAndFlush(answer);
                                }
                            });
        }
    }
}
