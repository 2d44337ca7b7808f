internal import CPosix
internal import Disk
internal import Glibc
internal import SystemPackage

/// One child from its start to the end of all that it started.
///
/// It starts the child in the thread that waits for it, because the kernel ties the two: a child that dies with its
/// starter dies with the thread that started it, and threads of tasks come and go.
final class Supervision: Sendable {
  private typealias Ending = ChildProcess.Outcome.Ending

  /// How often log and memory are looked at, and a kernel without process descriptors is asked.
  private static let lookMilliseconds = 200
  private static let pollMilliseconds = 10
  /// How long the killed may take to go: one that hangs in the kernel does not hang the runner.
  private static let departureSeconds = 5.0

  private let request: ChildProcess.Request
  private let disk: Disk
  private let log: OpenFile
  private let logBytes: Int
  private let lifeLine: LifeLine?
  private let cancellation: Pipe

  init(_ request: ChildProcess.Request, _ disk: Disk) throws {
    self.request = request
    self.disk = disk
    log = try disk.openForAppending(request.log)
    logBytes = try log.status().sizeBytes
    lifeLine = if case .lifeLine = request.input { try LifeLine() } else { nil }
    cancellation = try Pipe()
  }

  /// Ends the child, now or as soon as there is one. From any thread.
  func cancel() {
    var byte: UInt8 = 1
    // The pipe has room for thousands of these: it cannot fail while both its ends are open.
    _ = write(cancellation.writeEnd, &byte, 1)
  }

  /// Blocks until all is over.
  func run(started: (Int32) -> Void) throws -> ChildProcess.Outcome {
    // Without it the orphans of a step would be given to the system's first process, and be found no more.
    try check(posix_adopt_orphans(), "the adoption of orphans")
    let clock = ContinuousClock.now
    let pid = try start()
    started(pid)
    let waited = Result { try wait(for: pid, since: clock) }
    let usage = try end(pid)
    let reason = try waited.get()
    return ChildProcess.Outcome(
      ending: reason ?? (usage.signal != 0 ? .signalled(usage.signal) : .exited(usage.exit_status)),
      wallSeconds: (ContinuousClock.now - clock) / .seconds(1), cpuSeconds: usage.user_seconds + usage.system_seconds,
      peakMemoryBytes: Int(usage.peak_memory_bytes))
  }

  // MARK: Its life

  /// Waits until the child has ended, without reaping it, and ends it when there is a reason; gives the reason.
  private func wait(for pid: Int32, since start: ContinuousClock.Instant) throws -> Ending? {
    let process = posix_open_process(pid)
    defer { if process >= 0 { close(process) } }
    // More than a hundred years is no limit, and more than the clock can count is no reason to crash.
    let deadline = request.limits.timeoutSeconds.map { start + .seconds(min($0, 4e9)) }
    let isLooking = request.limits.outputBytes != nil || request.limits.memoryBytes != nil
    while true {
      rest(process, cancellation.readEnd, until: deadline, isLooking: isLooking)
      if try hasEnded(pid) { return nil }
      guard let reason = try reasonToEnd(pid, deadline) else { continue }
      try tearDown(pid, process)
      return reason
    }
  }

  private func reasonToEnd(_ pid: Int32, _ deadline: ContinuousClock.Instant?) throws -> Ending? {
    if isCancelled { return .cancelled }
    if let deadline, ContinuousClock.now >= deadline { return .timedOut }
    if let limit = request.limits.outputBytes, try log.status().sizeBytes - logBytes > limit { return .outputLimit }
    guard let limit = request.limits.memoryBytes else { return nil }
    let used = memoryBytes(of: pid, ifAbove: limit)
    return used > limit ? .memoryLimit(usedBytes: used) : nil
  }

  /// What the child and all that it started have in memory; exact only when it may be more than `limit`.
  private func memoryBytes(of pid: Int32, ifAbove limit: Int) -> Int {
    let tree = ProcessTree(disk: disk)
    var roots = [pid]
    if let mark = request.mark { roots += (tree.orphans() ?? []).filter { tree.isMarked($0, by: [mark]) } }
    let all = roots + roots.flatMap { tree.descendants(of: $0) }
    let resident = tree.residentBytes(all)
    return resident > limit ? tree.proportionalBytes(all) : resident
  }

  /// TERM to all of it; returns when all has ended or the grace time is over. ``end(_:)`` kills what is left.
  private func tearDown(_ pid: Int32, _ process: Int32) throws {
    let tree = ProcessTree(disk: disk)
    let targets = request.isKeeper ? tree.descendants(of: pid) : [-pid]
    for target in targets {
      kill(target, SIGTERM)
      // One that is stopped would not hear it.
      kill(target, SIGCONT)
    }
    let end = ContinuousClock.now + .seconds(request.limits.graceSeconds)
    while try !hasEnded(pid), ContinuousClock.now < end { rest(process, -1, until: end, isLooking: false) }
    // A shell dies at once, and its command may still be writing its last words.
    let isOfGroup = { (orphan: Int32) in getpgid(orphan) == pid && !tree.hasEnded(orphan) }
    while ContinuousClock.now < end, tree.orphans()?.contains(where: isOfGroup) ?? false { usleep(10_000) }
  }

  /// Kills what is left of the group and of the marked, reaps the child and waits until the others are gone.
  private func end(_ pid: Int32) throws -> posix_child_usage {
    // Before the child is reaped: its pid, and with it the group's number, cannot have become somebody else's.
    kill(-pid, SIGKILL)
    var usage = posix_child_usage()
    try check(posix_wait_child(pid, &usage), request.executable)
    let end = ContinuousClock.now + .seconds(Self.departureSeconds)
    let patience = ContinuousClock.now + .milliseconds(Remnants.facelessMilliseconds)
    let remnants = Remnants(disk)
    // Who becomes another program shows no environment for a moment: where there was something, some more looks see
    // whether there is more.
    var looksLeft = 1
    var dying: Set<Int32> = []
    while true {
      let hasMarked = request.mark.map { remnants.killOrphans(marked: $0, dying: &dying) } ?? false
      let isUnclear = request.mark != nil && ContinuousClock.now < patience && remnants.hasFacelessOrphan()
      let isBusy = posix_reap_group(pid) == 1 || hasMarked || isUnclear
      looksLeft = isBusy ? Self.quietLooks : looksLeft - 1
      guard looksLeft > 0 else { return usage }
      guard ContinuousClock.now < end else {
        LogLine.write("what process \(pid) (\(request.executable)) started does not end: look at it with `ps`")
        return usage
      }
      usleep(1000)
    }
  }

  private static let quietLooks = 5

  private func hasEnded(_ pid: Int32) throws -> Bool { try check(posix_has_child_ended(pid), request.executable) == 1 }

  private var isCancelled: Bool {
    var look = pollfd(fd: cancellation.readEnd, events: Int16(POLLIN), revents: 0)
    return poll(&look, 1, 0) > 0
  }

  /// Sleeps until the child ends, a byte comes, or it is time to look again.
  private func rest(_ process: Int32, _ wake: Int32, until end: ContinuousClock.Instant?, isLooking: Bool) {
    var milliseconds = process < 0 ? Self.pollMilliseconds : isLooking ? Self.lookMilliseconds : 60_000
    if let end {
      let left = (end - ContinuousClock.now) / .milliseconds(1)
      milliseconds = min(milliseconds, max(0, Int(min(left, 60_000)) + 1))
    }
    // A negative descriptor is passed over.
    var looks = [
      pollfd(fd: process, events: Int16(POLLIN), revents: 0), pollfd(fd: wake, events: Int16(POLLIN), revents: 0),
    ]
    poll(&looks, nfds_t(looks.count), Int32(milliseconds))
  }

  @discardableResult
  private func check(_ result: Int32, _ what: String) throws(PipelineError) -> Int32 {
    guard result >= 0 else { throw .cannotStart(what, Errno(rawValue: -result)) }
    return result
  }

  // MARK: Its start

  private func start() throws -> Int32 {
    let null = Glibc.open("/dev/null", O_RDONLY | O_CLOEXEC)
    guard null >= 0 else { throw PipelineError.cannotStart("/dev/null", Errno(rawValue: errno)) }
    defer { close(null) }
    let status = try request.status.map { try disk.create($0) }
    var arguments: [UnsafeMutablePointer<CChar>?] = ([request.executable] + request.arguments).map { strdup($0) }
    var environment: [UnsafeMutablePointer<CChar>?] = request.environment.map { strdup($0) }
    defer { for pointer in arguments + environment { free(pointer) } }
    arguments.append(nil)
    environment.append(nil)
    let result = arguments.withUnsafeBufferPointer { arguments in
      environment.withUnsafeBufferPointer { environment in
        request.executable.withCString { executable in
          request.workingDirectory.withPlatformString { folder in
            var child = posix_child_request(
              executable: executable, arguments: arguments.baseAddress, environment: environment.baseAddress,
              working_directory: folder, standard_input: lifeLine?.readEnd ?? null, standard_output: log.descriptor,
              standard_error: log.descriptor, status_output: status?.descriptor ?? -1,
              file_size_bytes: Int64(request.limits.fileBytes ?? 0),
              open_files: Int64(request.limits.openFiles ?? 0), dies_with_starter: lifeLine == nil ? 1 : 0)
            return posix_start_child(&child)
          }
        }
      }
    }
    return try check(result, request.executable)
  }
}
