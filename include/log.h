/*
 * Log: one line an event, key=value (logfmt), to standard error.
 *
 * A line never holds a body, a name, a token or a count; values are quoted and
 * escaped, so that nothing a client sends can forge a line.
 */
#ifndef VIGIE_LOG_H
#define VIGIE_LOG_H

enum log_level { LOG_ERROR, LOG_WARN, LOG_INFO, LOG_DEBUG };

/* Lines above this level are not written.  Set once, before any thread starts. */
void log_open(enum log_level most);

/*
 * Writes one line: time, level, event, then the pairs.  `pairs` alternates key
 * and value, NULL-terminated; a NULL value is left out.  One write(2) a line.
 */
void log_pairs(enum log_level level, const char *event, const char *const *pairs);
#define log_event(level, event, ...)                                                               \
	log_pairs((level), (event), (const char *const[]){ __VA_ARGS__ __VA_OPT__(, ) NULL })

#endif
