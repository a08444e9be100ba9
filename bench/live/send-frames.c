/* Sends UDP frames of many flows out of an interface at a steady rate: bench/capture-live.py compiles and runs it.
 *
 * usage: send-frames INTERFACE FRAMES_PER_SECOND SECONDS FRAME_OCTETS [FLOWS PORT]      (0 frames per second: as fast as it goes)
 * prints: frames sent, seconds that took
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

enum { BATCH = 64, MAX_FLOWS = 16384, DNS = 53, MAX_OCTETS = 9000 };

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec + t.tv_nsec / 1e9;
}

int main(int argc, char **argv) {
    if (argc != 5 && argc != 7) {
        fprintf(stderr, "usage: send-frames INTERFACE FRAMES_PER_SECOND SECONDS FRAME_OCTETS [FLOWS PORT]\n");
        return 2;
    }
    double rate = atof(argv[2]), seconds = atof(argv[3]);
    int octets = atoi(argv[4]);
    unsigned flows = argc == 7 ? (unsigned) atoi(argv[5]) : MAX_FLOWS;
    unsigned port = argc == 7 ? (unsigned) atoi(argv[6]) : DNS;
    if (flows < 1 || flows > MAX_FLOWS) {
        fprintf(stderr, "send-frames: 1 to %d flows\n", MAX_FLOWS);
        return 2;
    }
    if (octets < 60 || octets > MAX_OCTETS) {
        fprintf(stderr, "send-frames: a frame has 60 to %d octets\n", MAX_OCTETS);
        return 2;
    }
    int fd = socket(AF_PACKET, SOCK_RAW, 0);
    struct sockaddr_ll to = {.sll_family = AF_PACKET, .sll_ifindex = (int) if_nametoindex(argv[1])};
    if (fd < 0 || bind(fd, (struct sockaddr *) &to, sizeof to) != 0) {
        perror(argv[1]);
        return 1;
    }
    static unsigned char frames[BATCH][MAX_OCTETS];
    struct iovec parts[BATCH];
    struct mmsghdr messages[BATCH];
    memset(messages, 0, sizeof messages);
    for (int i = 0; i < BATCH; i++) {
        unsigned char *f = frames[i];
        memcpy(f, "\2\0\0\0\0\1\2\0\0\0\0\2\10\0\105\0", 16);
        f[16] = (octets - 14) >> 8;
        f[17] = (octets - 14) & 255;
        f[22] = 64;
        f[23] = 17;
        f[26] = f[30] = 10;
        f[33] = 1;
        f[36] = port >> 8;
        f[37] = port & 255;
        f[38] = (octets - 34) >> 8;
        f[39] = (octets - 34) & 255;
        parts[i] = (struct iovec) {f, (size_t) octets};
        messages[i].msg_hdr.msg_iov = &parts[i];
        messages[i].msg_hdr.msg_iovlen = 1;
    }
    double begin = now(), time = begin;
    unsigned long sent = 0;
    while (time - begin < seconds) {
        if (rate > 0 && sent > rate * (time - begin)) {
            time = now();
            continue;
        }
        for (int i = 0; i < BATCH; i++) {
            unsigned flow = (unsigned) (sent + i) % flows;
            frames[i][28] = flow >> 8;
            frames[i][34] = flow >> 8;
            frames[i][35] = flow & 255;
        }
        int done = sendmmsg(fd, messages, BATCH, 0);
        if (done > 0) {
            sent += (unsigned long) done;
        }
        time = now();
    }
    printf("%lu %.3f\n", sent, time - begin);
    return 0;
}
