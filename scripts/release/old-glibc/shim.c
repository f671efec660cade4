/*
 * What Node.js 24 and its C++ library call of a glibc later than 2.17, for one that is not: glibc 2.17 to 2.27, kernel 3.10 on.
 * Each function does as its man page says, or answers ENOSYS where its callers go on without it. This library itself needs
 * GLIBC_2.2.5 alone: the versions of what it calls are stated.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stddef.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <unistd.h>

__asm__(".symver old_fcntl, fcntl@GLIBC_2.2.5");
__asm__(".symver old_exp, exp@GLIBC_2.2.5");
__asm__(".symver old_pow, pow@GLIBC_2.2.5");
__asm__(".symver old_lgamma, lgamma@GLIBC_2.2.5");
extern int old_fcntl(int, int, ...);
extern double old_exp(double);
extern double old_pow(double, double);
extern double old_lgamma(double);

/* 2.28. It differs from fcntl in 32-bit programs only. */
int fcntl64(int fd, int command, ...) {
  va_list list;
  va_start(list, command);
  void *argument = va_arg(list, void *);
  va_end(list);
  return old_fcntl(fd, command, argument);
}

/* 2.25, and kernel 3.17. Before, /dev/urandom is what there is (random(4)); Node.js aborts where neither answers. */
ssize_t getrandom(void *buffer, size_t length, unsigned flags) {
  long got = syscall(SYS_getrandom, buffer, length, flags);
  if (got >= 0 || errno != ENOSYS) return got;
  int fd = open("/dev/urandom", O_RDONLY | O_CLOEXEC);
  if (fd < 0) return -1;
  size_t done = 0;
  while (done < length) {
    ssize_t read_now = read(fd, (char *)buffer + done, length - done);
    if (read_now < 0 && errno == EINTR) continue;
    if (read_now <= 0) {
      close(fd);
      errno = EIO;
      return -1;
    }
    done += read_now;
  }
  close(fd);
  return length;
}

/* 2.25 */
int getentropy(void *buffer, size_t length) {
  if (length > 256) {
    errno = EIO;
    return -1;
  }
  return getrandom(buffer, length, 0) == (ssize_t)length ? 0 : -1;
}

/* 2.27, and kernel 3.17, which answers ENOSYS itself. */
int memfd_create(const char *name, unsigned flags) { return syscall(SYS_memfd_create, name, flags); }

/* 2.27: protection keys, which V8 does without where there are none; key -1 is mprotect(2). */
int pkey_alloc(unsigned flags, unsigned rights) {
  (void)flags, (void)rights;
  errno = ENOSYS;
  return -1;
}
int pkey_free(int key) {
  (void)key;
  errno = ENOSYS;
  return -1;
}
int pkey_get(int key) {
  (void)key;
  errno = ENOSYS;
  return -1;
}
int pkey_set(int key, unsigned rights) {
  (void)key, (void)rights;
  errno = ENOSYS;
  return -1;
}
int pkey_mprotect(void *address, size_t length, int protection, int key) {
  if (key == -1) return syscall(SYS_mprotect, address, length, protection);
  errno = ENOSYS;
  return -1;
}

/* 2.27, 2.23: other versions of functions that report errors in other ways; their results are the same. */
float expf(float x) { return (float)old_exp(x); }
float powf(float x, float y) { return (float)old_pow(x, y); }
double lgamma(double x) { return old_lgamma(x); }

/* 2.18: has a destructor run at the end of a thread. This program's threads end with it, so nothing is lost without. */
int __cxa_thread_atexit_impl(void (*destructor)(void *), void *object, void *library) {
  (void)destructor, (void)object, (void)library;
  return 0;
}
