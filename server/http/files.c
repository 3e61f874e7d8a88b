/*
 * Static files: listed, read and compressed once, at start.  What is not in the
 * list does not exist, so that no path of a client ever reaches the file system.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "id.h"
#include "internal.h"

enum { FILE_MAX = 16 << 20, DEPTH_MAX = 6 };

struct files {
	struct arena arena;
	struct file **list;	/* sorted by path; owned */
	size_t count, room;
	bool strict;		/* Trusted Types */
};

static const struct { const char *end, *type; bool text; } types[] = {
	{ ".html", "text/html; charset=utf-8", true },
	{ ".js", "text/javascript; charset=utf-8", true },
	{ ".mjs", "text/javascript; charset=utf-8", true },
	{ ".css", "text/css; charset=utf-8", true },
	{ ".json", "application/json; charset=utf-8", true },
	{ ".map", "application/json; charset=utf-8", true },
	{ ".svg", "image/svg+xml", true },
	{ ".txt", "text/plain; charset=utf-8", true },
	{ ".webmanifest", "application/manifest+json", true },
	{ ".wasm", "application/wasm", true },
	{ ".png", "image/png", false },
	{ ".jpg", "image/jpeg", false },
	{ ".ico", "image/x-icon", false },
	{ ".woff2", "font/woff2", false },
};

static bool ends_with(const char *text, const char *end)
{
	size_t len = strlen(text), tail = strlen(end);

	return len >= tail && strcmp(text + len - tail, end) == 0;
}

static char *read_all(size_t *len, int dir, const char *name)
{
	int fd = openat(dir, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	struct stat st;
	char *bytes = NULL;
	ssize_t n = 0;

	if (fd < 0)
		return NULL;
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_size <= FILE_MAX) {
		bytes = malloc((size_t)st.st_size + 1);
		*len = 0;
		while (bytes && (n = read(fd, bytes + *len, (size_t)st.st_size - *len)) > 0)
			*len += (size_t)n;
	}
	close(fd);
	return bytes;
}

static void compress_file(struct file *f)
{
	size_t len;
	char *gzip = f->len < 256 ? NULL : gzip_bytes(&len, f->bytes, f->len, 9);

	if (gzip && len < f->len) {
		f->gzip = gzip;
		f->gzip_len = len;
	} else {
		free(gzip);
	}
}

static void add(struct files *fs, const char *path, char *bytes, size_t len)
{
	struct file *f = arena_alloc(&fs->arena, sizeof *f);
	char hash[65];

	f->path = path;
	f->bytes = bytes;
	f->len = len;
	f->type = "application/octet-stream";
	f->page = ends_with(path, ".html");
	f->immutable = strncmp(path, "/assets/", 8) == 0;
	id_sha256(hash, bytes, len);
	snprintf(f->etag, sizeof f->etag, "\"%.24s\"", hash);
	for (size_t i = 0; i < sizeof types / sizeof types[0]; i++)
		if (ends_with(path, types[i].end)) {
			f->type = types[i].type;
			if (types[i].text)
				compress_file(f);
		}
	if (strstr(path, "dsfr"))
		fs->strict = false;
	if (fs->count == fs->room) {
		fs->room = fs->room ? fs->room * 2 : 64;
		fs->list = realloc(fs->list, fs->room * sizeof(struct file *));
		if (!fs->list)
			abort();
	}
	fs->list[fs->count++] = f;
}

/* `prefix` ends without a slash; hidden files, links and *.gz are left out. */
static void walk(struct files *fs, int dir_fd, const char *prefix, int depth)
{
	DIR *dir = fdopendir(dir_fd);
	struct dirent *entry;

	if (!dir) {
		close(dir_fd);
		return;
	}
	while ((entry = readdir(dir))) {
		const char *name = entry->d_name;
		char *bytes;
		size_t len;
		int sub;

		if (*name == '.' || ends_with(name, ".gz"))
			continue;
		sub = depth < DEPTH_MAX ? openat(dirfd(dir), name, O_RDONLY | O_DIRECTORY | O_CLOEXEC |
						 O_NOFOLLOW) : -1;
		if (sub >= 0)
			walk(fs, sub, arena_printf(&fs->arena, "%s/%s", prefix, name), depth + 1);
		else if ((bytes = read_all(&len, dirfd(dir), name)))
			add(fs, arena_printf(&fs->arena, "%s/%s", prefix, name), bytes, len);
	}
	closedir(dir);
}

static int by_path(const void *a, const void *b)
{
	return strcmp((*(struct file *const *)a)->path, (*(struct file *const *)b)->path);
}

struct files *files_load(const char *dir)
{
	struct files *fs = calloc(1, sizeof *fs);
	int fd = *dir ? open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;

	if (!fs)
		abort();
	arena_init(&fs->arena);
	fs->strict = true;
	if (fd >= 0)
		walk(fs, fd, "", 0);
	if (fs->count)
		qsort(fs->list, fs->count, sizeof(struct file *), by_path);
	return fs;
}

void files_free(struct files *fs)
{
	if (!fs)
		return;
	for (size_t i = 0; i < fs->count; i++) {
		free((void *)(uintptr_t)fs->list[i]->bytes);
		free((void *)(uintptr_t)fs->list[i]->gzip);
	}
	free(fs->list);
	arena_free(&fs->arena);
	free(fs);
}

const struct file *files_find(const struct files *fs, const char *path)
{
	struct file key = { .path = strcmp(path, "/") == 0 ? "/index.html" : path };
	const struct file *wanted = &key;
	struct file **found = fs->count ? bsearch(&wanted, fs->list, fs->count,
						  sizeof(struct file *), by_path) : NULL;

	return found ? *found : NULL;
}

const struct file *files_missing(const struct files *fs)
{
	return files_find(fs, "/404.html");
}

bool files_trusted_types(const struct files *fs)
{
	return fs->strict;
}
