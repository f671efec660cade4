"""Reads queues of packets (NFQUEUE) as an IPS does, and gives the same verdict on each packet.

usage: queue-reader.py VERDICT QUEUE...   VERDICT: accept, drop, repeat=MARK (again through the chain, with this mark)
                                          or mark=MARK
Says `ready` once all queues are bound, and ends with its standard input. No package is needed: it speaks netlink
itself (linux/netfilter/nfnetlink_queue.h).
"""

import os
import socket
import struct
import sys
import threading

NETFILTER = 12
QUEUE_SUBSYSTEM = 3 << 8
PACKET, VERDICT, CONFIG = (QUEUE_SUBSYSTEM | kind for kind in (0, 1, 2))
REQUEST_ACK = 1 | 4
CONFIG_COMMAND, CONFIG_PARAMETERS = 1, 2
BIND, COPY_META = 1, 1
PACKET_HEADER, VERDICT_HEADER, MARK = 1, 2, 3
VERDICTS = {'drop': 0, 'accept': 1, 'mark': 1, 'repeat': 4}


def attribute(kind, data):
    return struct.pack('=HH', 4 + len(data), kind) + data + b'\0' * (-len(data) % 4)


def message(kind, flags, queue, *attributes):
    body = struct.pack('=BB', 0, 0) + struct.pack('!H', queue) + b''.join(attributes)
    return struct.pack('=IHHII', 16 + len(body), kind, flags, 1, 0) + body


def messages(data):
    while len(data) >= 16:
        length, kind = struct.unpack_from('=IH', data)
        yield kind, data[16:length]
        data = data[(length + 3) & ~3 :]


def packet_id(body):
    """The id of the queue and of the packet, from a message's body."""
    (queue,) = struct.unpack_from('!H', body, 2)
    rest = body[4:]
    while len(rest) >= 4:
        length, kind = struct.unpack_from('=HH', rest)
        if kind == PACKET_HEADER:
            return queue, struct.unpack_from('!I', rest, 4)[0]
        rest = rest[(length + 3) & ~3 :]
    return queue, None


def configure(sock, queue, *attributes):
    sock.send(message(CONFIG, REQUEST_ACK, queue, *attributes))
    for kind, body in messages(sock.recv(65536)):
        (error,) = struct.unpack_from('=i', body)
        if kind == 2 and error != 0:
            sys.exit(f'queue {queue}: {os.strerror(-error)}')


def main():
    name, _, mark = sys.argv[1].partition('=')
    extra = [attribute(MARK, struct.pack('!I', int(mark, 0)))] if mark else []
    sock = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, NETFILTER)
    sock.bind((0, 0))
    for queue in map(int, sys.argv[2:]):
        configure(sock, queue, attribute(CONFIG_COMMAND, struct.pack('!BBH', BIND, 0, 0)))
        configure(sock, queue, attribute(CONFIG_PARAMETERS, struct.pack('!IB', 0, COPY_META)))
    print('ready', flush=True)
    threading.Thread(target=lambda: (sys.stdin.read(), os._exit(0)), daemon=True).start()
    while True:
        for kind, body in messages(sock.recv(65536)):
            if kind != PACKET:
                continue
            queue, identity = packet_id(body)
            verdict = attribute(VERDICT_HEADER, struct.pack('!II', VERDICTS[name], identity))
            sock.send(message(VERDICT, 1, queue, verdict, *extra))


main()
