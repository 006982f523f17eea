package org.snowtrack.lookups.dns;

import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import org.xbill.DNS.CNAMERecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Master;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.OPTRecord;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.SOARecord;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/**
 * A DNS server on loopback, UDP and TCP on one port. Answers from records, as an authoritative server does: aliases as far
 * as it has them, absence with an SOA. Long answers are truncated over UDP.
 */
public final class TestDnsServer implements AutoCloseable {

    private static final int ABSENT_SECONDS = 120;

    private final DatagramSocket udp;
    private final ServerSocket tcp;
    private final Function<Message, Optional<Message>> behaviour;
    private final List<String> questions = new CopyOnWriteArrayList<>();

    private TestDnsServer(Function<Message, Optional<Message>> behaviour) {
        this.behaviour = behaviour;
        Ports ports = Ports.open();
        udp = ports.udp();
        tcp = ports.tcp();
        start("test-dns-udp", this::serveUdp);
        start("test-dns-tcp", this::serveTcp);
    }

    /** Answers from records in master-file form, and says that all others do not exist. */
    public static TestDnsServer of(String... records) {
        List<Record> zone = parse(records);
        return new TestDnsServer(query -> Optional.of(authoritative(query, zone)));
    }

    /** Answers every question with this code. */
    public static TestDnsServer failing(int rcode) {
        return new TestDnsServer(query -> Optional.of(reply(query, rcode)));
    }

    /** Never answers. */
    public static TestDnsServer silent() {
        return new TestDnsServer(query -> Optional.empty());
    }

    /** Answers as told; an empty answer is silence. */
    public static TestDnsServer behaving(Function<Message, Optional<Message>> behaviour) {
        return new TestDnsServer(behaviour);
    }

    public static List<Record> parse(String... records) {
        List<Record> parsed = new ArrayList<>();
        try (Master master = new Master(
                new ByteArrayInputStream(String.join("\n", records).getBytes(StandardCharsets.UTF_8)),
                Name.root,
                3600)) {
            for (Record record = master.nextRecord(); record != null; record = master.nextRecord()) {
                parsed.add(record);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return parsed;
    }

    public static Message reply(Message query, int rcode) {
        Message reply = new Message(query.getHeader().getID());
        reply.getHeader().setFlag(Flags.QR);
        reply.getHeader().setFlag(Flags.AA);
        reply.getHeader().setRcode(rcode);
        reply.addRecord(query.getQuestion(), Section.QUESTION);
        return reply;
    }

    public static Message authoritative(Message query, List<Record> zone) {
        Message reply = reply(query, Rcode.NOERROR);
        Name at = query.getQuestion().getName();
        int type = query.getQuestion().getType();
        for (int aliases = 0; aliases < 20; aliases++) {
            Name owner = at;
            List<Record> owned = zone.stream()
                    .filter(record -> record.getName().equals(owner))
                    .toList();
            List<Record> found =
                    owned.stream().filter(record -> record.getType() == type).toList();
            found.forEach(record -> reply.addRecord(record, Section.ANSWER));
            Optional<Record> alias = owned.stream()
                    .filter(record -> record.getType() == Type.CNAME)
                    .findFirst();
            if (!found.isEmpty()) {
                return reply;
            }
            if (alias.isEmpty()) {
                reply.getHeader().setRcode(owned.isEmpty() ? Rcode.NXDOMAIN : Rcode.NOERROR);
                reply.addRecord(soa(), Section.AUTHORITY);
                return reply;
            }
            reply.addRecord(alias.get(), Section.ANSWER);
            at = ((CNAMERecord) alias.get()).getTarget();
        }
        return reply;
    }

    private static SOARecord soa() {
        return new SOARecord(Name.root, DClass.IN, 3600, Name.root, Name.root, 1, 1, 1, 1, ABSENT_SECONDS);
    }

    public InetSocketAddress address() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), tcp.getLocalPort());
    }

    /** What was asked so far: {@code udp name. TYPE} or {@code tcp name. TYPE}. */
    public List<String> questions() {
        return List.copyOf(questions);
    }

    @Override
    public void close() {
        udp.close();
        try {
            tcp.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void start(String name, Runnable server) {
        Thread thread = new Thread(server, name);
        thread.setDaemon(true);
        thread.start();
    }

    private void serveUdp() {
        byte[] buffer = new byte[Message.MAXLENGTH];
        while (!udp.isClosed()) {
            try {
                DatagramPacket packet = new DatagramPacket(buffer, buffer.length);
                udp.receive(packet);
                Message query = new Message(Arrays.copyOf(buffer, packet.getLength()));
                OPTRecord edns = query.getOPT();
                int most = edns == null ? 512 : edns.getPayloadSize();
                Optional<Message> reply = ask("udp", query);
                if (reply.isPresent()) {
                    byte[] wire = reply.get().toWire(most);
                    udp.send(new DatagramPacket(wire, wire.length, packet.getSocketAddress()));
                }
            } catch (IOException e) {
                // The socket is closed, or the client has gone.
            }
        }
    }

    private void serveTcp() {
        while (!tcp.isClosed()) {
            try (Socket client = tcp.accept()) {
                DataInputStream in = new DataInputStream(client.getInputStream());
                byte[] wire = new byte[in.readUnsignedShort()];
                in.readFully(wire);
                Optional<Message> reply = ask("tcp", new Message(wire));
                if (reply.isPresent()) {
                    byte[] out = reply.get().toWire(Message.MAXLENGTH);
                    DataOutputStream stream = new DataOutputStream(client.getOutputStream());
                    stream.writeShort(out.length);
                    stream.write(out);
                    stream.flush();
                }
            } catch (IOException e) {
                // The socket is closed, or the client has gone.
            }
        }
    }

    private Optional<Message> ask(String transport, Message query) {
        Record question = query.getQuestion();
        questions.add(transport + " " + question.getName() + " " + Type.string(question.getType()));
        return behaviour.apply(query);
    }
}
