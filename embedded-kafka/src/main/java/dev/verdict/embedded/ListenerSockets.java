package dev.verdict.embedded;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.server.ServerSocketFactory;

/**
 * The listening sockets of a node, bound before Kafka starts: Kafka needs to know its ports in its
 * settings, so only a socket that is already held keeps another process from taking the port in
 * between.
 */
final class ListenerSockets implements ServerSocketFactory, AutoCloseable {

  static final String BROKER = "PLAINTEXT";
  static final String CONTROLLER = "CONTROLLER";
  static final String HOST = "127.0.0.1";

  private static final byte[] LOOPBACK = {127, 0, 0, 1};
  private static final int BACKLOG = 50;

  private final Map<String, ServerSocketChannel> channels;

  private ListenerSockets(Map<String, ServerSocketChannel> channels) {
    this.channels = channels;
  }

  /**
   * Binds all sockets on the loopback address.
   *
   * @param port the broker's port, 0 for any free one
   * @param more listeners of the broker, each on any free port
   * @throws EmbeddedKafkaException if the port is taken or may not be used
   */
  static ListenerSockets bind(int port, List<String> more) {
    ListenerSockets sockets = new ListenerSockets(new LinkedHashMap<>());
    try {
      sockets.channels.put(BROKER, open(port));
      sockets.channels.put(CONTROLLER, open(0));
      more.forEach(name -> sockets.channels.put(name, open(0)));
      return sockets;
    } catch (EmbeddedKafkaException e) {
      sockets.close();
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
    return port(BROKER);
  }

  int controllerPort() {
    return port(CONTROLLER);
  }

  int port(String listener) {
    return channels.get(listener).socket().getLocalPort();
  }

  InetSocketAddress controllerAddress() {
    return (InetSocketAddress) channels.get(CONTROLLER).socket().getLocalSocketAddress();
  }

  @Override
  public ServerSocketChannel openServerSocket(
      String listenerName, InetSocketAddress address, int backlog, int receiveBufferBytes)
      throws IOException {
    return Optional.ofNullable(channels.get(listenerName))
        .orElseThrow(() -> new IOException("No socket is bound for the listener " + listenerName));
  }

  /** Closes all; harmless once Kafka has closed them. */
  @Override
  public void close() {
    channels.values().forEach(ListenerSockets::close);
  }

  private static void close(ServerSocketChannel channel) {
    try {
      channel.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
