/*
 * The file of a plugin, read as whoever put it there may not wish: a pipe that nobody writes to,
 * a device without end.
 */
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "plugin.h"

static bool read_all(char *text, size_t *len, int fd)
{
	size_t n = 0;
	ssize_t got = 1;

	while (got > 0 && n <= PLUGIN_SOURCE_MAX) {
		got = read(fd, text + n, PLUGIN_SOURCE_MAX + 1 - n);
		n += got > 0 ? (size_t)got : 0;
	}
	*len = n;
	return got >= 0;
}

bool plugin_file_read(const char **out, size_t *len, struct arena *a, const char *path)
{
	int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	char *text = arena_alloc(a, PLUGIN_SOURCE_MAX + 2);	/* one byte more shows that it is too long */
	struct stat about;
	bool ok;

	if (fd < 0)
		return false;
	ok = fstat(fd, &about) == 0 && S_ISREG(about.st_mode) && read_all(text, len, fd);
	close(fd);
	text[ok ? *len : 0] = '\0';
	*out = text;
	return ok;
}
