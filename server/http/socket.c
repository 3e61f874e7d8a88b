/*
 * Descriptors: what CivetWeb keeps to itself, found again through the system.
 *
 * The watch is one thread that cuts connections whose deadline has passed:
 * CivetWeb's own reads and writes go on for ever while a byte moves now and
 * then.
 */
#include <arpa/inet.h>
#include <civetweb.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdint.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "clock.h"
#include "internal.h"

bool address_loopback(const char *address)
{
	return strncmp(address, "127.", 4) == 0 || strcmp(address, "::1") == 0 ||
	       strncmp(address, "::ffff:127.", 11) == 0;
}

static int descriptors_max(void)
{
	struct rlimit limit;

	return getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur < 65536 ?
	       (int)limit.rlim_cur : 65536;
}

static int port_of(const struct sockaddr_storage *a)
{
	if (a->ss_family == AF_INET)
		return ntohs(((const struct sockaddr_in *)a)->sin_port);
	if (a->ss_family == AF_INET6)
		return ntohs(((const struct sockaddr_in6 *)a)->sin6_port);
	return -1;
}

int socket_listening(int port)
{
	int max = descriptors_max();

	for (int fd = 3; fd < max; fd++) {
		struct sockaddr_storage a = { 0 };
		socklen_t len = sizeof a, size = sizeof(int);
		int accepts = 0;

		if (getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &accepts, &size) == 0 && accepts &&
		    getsockname(fd, (struct sockaddr *)&a, &len) == 0 && port_of(&a) == port)
			return fd;
	}
	return -1;
}

/*
 * Refuses new connections from now on.  CivetWeb's master thread polls the same
 * number: it gets a pipe that does not speak, so that it neither accepts nor
 * spins.  The result is the pipe's other end: a byte written there wakes the
 * master when it is to stop.
 */
int socket_close_listening(int fd)
{
	int quiet[2];

	if (fd < 0 || pipe2(quiet, O_CLOEXEC) != 0)
		return -1;
	shutdown(fd, SHUT_RDWR);
	/* The master must leave its poll of the socket before the number means the pipe. */
	nanosleep(&(struct timespec){ 0, 5000000 }, NULL);
	dup3(quiet[0], fd, O_CLOEXEC);
	close(quiet[0]);
	return quiet[1];
}

/* Ends every connection that came in on `port`: idle ones would be waited for. */
void socket_end_connections(int port)
{
	int max = descriptors_max();

	for (int fd = 3, holes = 0; fd < max && holes < 1024; fd++) {
		struct sockaddr_storage own = { 0 };
		socklen_t len = sizeof own;

		if (getsockname(fd, (struct sockaddr *)&own, &len) == 0) {
			holes = 0;
			if (port_of(&own) == port)
				shutdown(fd, SHUT_RDWR);
		} else if (errno == EBADF) {
			holes++;
		}
	}
}

static bool is_peer(int fd, const struct mg_request_info *info)
{
	struct sockaddr_storage peer = { 0 }, own = { 0 };
	socklen_t peer_len = sizeof peer, own_len = sizeof own;
	char address[INET6_ADDRSTRLEN] = "";

	if (getpeername(fd, (struct sockaddr *)&peer, &peer_len) != 0 ||
	    port_of(&peer) != info->remote_port ||
	    getsockname(fd, (struct sockaddr *)&own, &own_len) != 0 ||
	    port_of(&own) != info->server_port)
		return false;
	if (peer.ss_family == AF_INET)
		inet_ntop(AF_INET, &((struct sockaddr_in *)&peer)->sin_addr, address, sizeof address);
	else
		inet_ntop(AF_INET6, &((struct sockaddr_in6 *)&peer)->sin6_addr, address,
			  sizeof address);
	return strcmp(address, info->remote_addr) == 0;
}

static int find_socket(const struct mg_request_info *info)
{
	int max = descriptors_max();

	/* Holes between open descriptors are small: a long one ends the search. */
	for (int fd = 3, holes = 0; fd < max && holes < 1024; fd++) {
		errno = 0;
		if (is_peer(fd, info))
			return fd;
		holes = errno == EBADF ? holes + 1 : 0;
	}
	return -1;
}

/*
 * Searched once a connection, since the search asks the system about every
 * descriptor: the connection's own data is the number found, plus one, and is
 * cleared when another connection begins.
 */
int socket_of(const struct exchange *x)
{
	intptr_t known = (intptr_t)mg_get_user_connection_data(x->conn);

	if (!known) {
		known = find_socket(x->info) + 1;
		mg_set_user_connection_data(x->conn, (void *)known);
	}
	return (int)known - 1;
}

/* ------------------------------------------------------------------ the watch */

static void cut_late(struct http_server *s, int64_t now)
{
	pthread_mutex_lock(&s->workers_lock);
	for (struct worker *w = s->workers; w; w = w->next) {
		pthread_mutex_lock(&w->lock);
		if (w->watched >= 0 && now >= w->deadline_ms) {
			shutdown(w->watched, w->watched_way);
			w->watched = -1;
		}
		pthread_mutex_unlock(&w->lock);
	}
	pthread_mutex_unlock(&s->workers_lock);
}

static void *watch_run(void *arg)
{
	struct http_server *s = arg;

	pthread_mutex_lock(&s->watch_lock);
	while (!s->watch_stop) {
		struct timespec until;

		clock_gettime(CLOCK_REALTIME, &until);
		until.tv_sec += 1;
		pthread_cond_timedwait(&s->watch_wake, &s->watch_lock, &until);
		pthread_mutex_unlock(&s->watch_lock);
		cut_late(s, clock_mono_ms());
		pthread_mutex_lock(&s->watch_lock);
	}
	pthread_mutex_unlock(&s->watch_lock);
	return NULL;
}

void watch_start(struct http_server *s)
{
	s->watching = pthread_create(&s->watch, NULL, watch_run, s) == 0;
}

void watch_stop(struct http_server *s)
{
	if (!s->watching)
		return;
	pthread_mutex_lock(&s->watch_lock);
	s->watch_stop = true;
	pthread_cond_signal(&s->watch_wake);
	pthread_mutex_unlock(&s->watch_lock);
	pthread_join(s->watch, NULL);
	s->watching = false;
}

void watch_arm(struct exchange *x, int way, int ms)
{
	int fd = socket_of(x);

	pthread_mutex_lock(&x->worker->lock);
	x->worker->watched = fd;
	x->worker->watched_way = way;
	x->worker->deadline_ms = clock_mono_ms() + ms;
	pthread_mutex_unlock(&x->worker->lock);
}

void watch_disarm(struct exchange *x)
{
	pthread_mutex_lock(&x->worker->lock);
	x->worker->watched = -1;
	pthread_mutex_unlock(&x->worker->lock);
}
