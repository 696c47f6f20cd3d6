"""Numbers of system calls by name, for x86-64 and 64-bit ARM, grouped by what they would allow a decoder to do.

Each entry reads "name, x86-64, ARM"; "-" where that kind of machine has no such call. From 424 on Linux gives a new
call the same number everywhere.
"""

import os

MACHINES = {"x86_64": 0xC000_003E, "aarch64": 0xC000_00B7}
"""What the kernel calls each kind of machine (AUDIT_ARCH_…)."""

MACHINE = os.uname().machine


def _table(entries: str) -> dict[str, int]:
    """The calls that this machine has. On a machine of another kind there are none: it gets no filter."""
    if MACHINE not in MACHINES:
        return {}
    column = 1 + list(MACHINES).index(MACHINE)
    rows = [entry.split() for entry in entries.replace("\n", " ").split(";")]
    return {row[0]: int(row[column]) for row in rows if row[column] != "-"}


TAKEOVER = _table("""
ptrace 101 117; process_vm_readv 310 270; process_vm_writev 311 271; bpf 321 280; perf_event_open 298 241;
userfaultfd 323 282; add_key 248 217; request_key 249 218; keyctl 250 219; init_module 175 105;
finit_module 313 273; delete_module 176 106; kexec_load 246 104; kexec_file_load 320 294; mount 165 40;
umount2 166 39; pivot_root 155 41; chroot 161 51; unshare 272 97; setns 308 268; open_by_handle_at 304 265;
name_to_handle_at 303 264; reboot 169 142; swapon 167 224; swapoff 168 225; settimeofday 164 170;
clock_settime 227 112; adjtimex 159 171; clock_adjtime 305 266; acct 163 89; iopl 172 -; ioperm 173 -;
syslog 103 116; quotactl 179 60; nfsservctl 180 42; vhangup 153 58; lookup_dcookie 212 18; modify_ldt 154 -;
uselib 134 -; sethostname 170 161; setdomainname 171 162; move_pages 279 239; migrate_pages 256 238
""")
"""Other processes, the kernel, its keys, what is mounted, the clock: no library that decodes comes near them."""

PROCESSES = _table("""
fork 57 -; vfork 58 -; execve 59 221; execveat 322 281; tkill 200 130; rt_sigqueueinfo 129 138;
rt_tgsigqueueinfo 297 240; kcmp 312 272; setpriority 141 140; ioprio_set 251 30; sched_setscheduler 144 119;
sched_setparam 142 118; sched_setattr 314 274; sched_setaffinity 203 122; setpgid 109 154; setsid 112 157
""")
"""Other programs and processes, and the turns at the processor of this one."""

NETWORK = _table("""
socket 41 198; socketpair 53 199; connect 42 203; bind 49 200; listen 50 201; accept 43 202; accept4 288 242
""")
"""Any new line out, of whatever family; what is open stays open."""

RIGHTS = _table("""
setuid 105 146; setgid 106 144; setreuid 113 145; setregid 114 143; setresuid 117 147; setresgid 119 149;
setgroups 116 159; setfsuid 122 151; setfsgid 123 152; capset 126 91; personality 135 92; setrlimit 160 164
""")
"""Who this process is, and what it is allowed."""

DISK = _table("""
creat 85 -; mkdir 83 -; mkdirat 258 34; rmdir 84 -; unlink 87 -; unlinkat 263 35; rename 82 -; renameat 264 38;
renameat2 316 276; link 86 -; linkat 265 37; symlink 88 -; symlinkat 266 36; mknod 133 -; mknodat 259 33;
truncate 76 45; ftruncate 77 46; fallocate 285 47; chmod 90 -; fchmod 91 52; fchmodat 268 53; chown 92 -;
fchown 93 55; fchownat 260 54; lchown 94 -; utime 132 -; utimes 235 -; futimesat 261 -; utimensat 280 88;
setxattr 188 5; lsetxattr 189 6; fsetxattr 190 7; removexattr 197 14; lremovexattr 198 15; fremovexattr 199 16;
sync 162 81; syncfs 306 267; inotify_init 253 -; inotify_init1 294 26; inotify_add_watch 254 27;
fanotify_init 300 262; fanotify_mark 301 263
""")
"""Whatever changes a name, its rights or its times (Landlock is silent on those), or watches folders."""

MEMORY = _table("""
shmget 29 194; shmat 30 196; shmctl 31 195; semget 64 190; msgget 68 186; mq_open 240 180; mq_unlink 241 181;
memfd_create 319 279; io_setup 206 0; splice 275 76; tee 276 77; vmsplice 278 75; remap_file_pages 216 234
""")
"""Memory and queues that no limit counts, and shared ones; shortcuts that codecs do not take."""

JUDGED = _table("""
clone 56 220; kill 62 129; tgkill 234 131; prlimit64 302 261; ioctl 16 29; fcntl 72 25; prctl 157 167; mmap 9 222;
open 2 -; openat 257 56
""")
"""Allowed or not by what is passed to them."""

SECCOMP = _table("""
seccomp 317 277
""")
"""The call that installs a filter."""

COMMON = 424
"""From here on numbers are the same on every machine."""

KNOWN_GOOD = {
    "close_range": 436,
    "faccessat2": 439,
    "epoll_pwait2": 441,
    "futex_waitv": 449,
    "cachestat": 451,
    "map_shadow_stack": 453,
    "futex_wake": 454,
    "futex_wait": 455,
    "futex_requeue": 456,
    "mseal": 462,
}
"""All that a C library or a codec may use of the newer calls; of those not named here "there are none", as on an
older kernel, so that a library takes the older way, which is judged. `clone3` and `openat2` are among them: a filter
cannot see what is passed to them."""
