package dev.verdict.embedded;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import org.apache.kafka.server.ServerSocketFactory;

/**
 * The two listening sockets of a node, bound before Kafka starts: Kafka needs to know its ports in
 * its settings, so only a socket that is already held keeps another process from taking the port in
 * between.
 */
final class ListenerSockets implements ServerSocketFactory, AutoCloseable {

  static final String BROKER = "PLAINTEXT";
  static final String CONTROLLER = "CONTROLLER";
  static final String HOST = "127.0.0.1";

  private static final byte[] LOOPBACK = {127, 0, 0, 1};
  private static final int BACKLOG = 50;

  private final ServerSocketChannel broker;
  private final ServerSocketChannel controller;

  private ListenerSockets(ServerSocketChannel broker, ServerSocketChannel controller) {
    this.broker = broker;
    this.controller = controller;
  }

  /**
   * Binds both sockets on the loopback address.
   *
   * @param port the broker's port, 0 for any free one
   * @throws EmbeddedKafkaException if the port is taken or may not be used
   */
  static ListenerSockets bind(int port) {
    ServerSocketChannel broker = open(port);
    try {
      return new ListenerSockets(broker, open(0));
    } catch (EmbeddedKafkaException e) {
      close(broker);
      throw e;
    }
  }

  private static ServerSocketChannel open(int port) {
    ServerSocketChannel channel = null;
    try {
      channel = ServerSocketChannel.open();
      channel.configureBlocking(false);
      channel.bind(new InetSocketAddress(InetAddress.getByAddress(LOOPBACK), port), BACKLOG);
      return channel;
    } catch (IOException e) {
      if (channel != null) {
        close(channel);
      }
      throw new EmbeddedKafkaException(
          "Port %d of %s cannot be used (%s): stop what listens there, or choose another port, or 0 for any free one."
              .formatted(port, HOST, e.getMessage()),
          e);
    }
  }

  int brokerPort() {
    return broker.socket().getLocalPort();
  }

  int controllerPort() {
    return controller.socket().getLocalPort();
  }

  InetSocketAddress controllerAddress() {
    return (InetSocketAddress) controller.socket().getLocalSocketAddress();
  }

  @Override
  public ServerSocketChannel openServerSocket(
      String listenerName, InetSocketAddress address, int backlog, int receiveBufferBytes)
      throws IOException {
    return switch (listenerName) {
      case BROKER -> broker;
      case CONTROLLER -> controller;
      default -> throw new IOException("No socket is bound for the listener " + listenerName);
    };
  }

  /** Closes both; harmless once Kafka has closed them. */
  @Override
  public void close() {
    close(broker);
    close(controller);
  }

  private static void close(ServerSocketChannel channel) {
    try {
      channel.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
