package import Disk
internal import Glibc
internal import SystemPackage

/// A process, told apart from every other that ever had its number: boot, pid and start time.
package struct ProcessIdentity: Codable, Hashable, Sendable {
  package var host: String
  package var boot: String
  package var pid: Int32
  /// Field 22 of `/proc/PID/stat`: clock ticks after the boot.
  package var startTicks: UInt64
  /// `/etc/machine-id`: with the host name it tells machines apart. Nil in records of earlier versions.
  package var machine: String?
  /// The inode of the pid namespace: another container of the same machine has other pids.
  package var namespace: UInt64?

  /// What can be known of another process.
  enum Standing { case alive, dead, unknown }

  /// This process.
  package static func current(_ disk: Disk) -> ProcessIdentity {
    ProcessIdentity(pid: getpid(), startTicks: startTicks(of: getpid(), disk) ?? 0)
  }

  /// The child with this pid, as long as it lives; nil when it is gone.
  package static func child(_ pid: Int32, _ disk: Disk) -> ProcessIdentity? {
    startTicks(of: pid, disk).map { ProcessIdentity(pid: pid, startTicks: $0) }
  }

  private init(pid: Int32, startTicks: UInt64) {
    self.pid = pid
    self.startTicks = startTicks
    (host, boot, machine, namespace) = (Self.hostName, Self.bootID, Self.machineID, Self.pidNamespace)
  }

  /// Whether it runs on this machine now. A process of another boot or host does not, as far as this one can tell.
  package func isAlive(_ disk: Disk) -> Bool { standing(seenBy: .current(disk), disk) == .alive }

  /// What `watcher`, a process of this machine, knows of it: nothing of other machines and pid namespaces.
  ///
  /// Machines count as the same when both their ids and their names agree: clones of a machine share the id, containers
  /// of one image may.
  func standing(seenBy watcher: ProcessIdentity, _ disk: Disk) -> Standing {
    guard host == watcher.host, machine == nil || machine == watcher.machine else { return .unknown }
    guard boot == watcher.boot else { return .dead }
    guard namespace == nil || namespace == watcher.namespace else { return .unknown }
    return Self.startTicks(of: pid, disk) == startTicks ? .alive : .dead
  }

  package static var hostName: String {
    var name = [CChar](repeating: 0, count: 256)
    guard gethostname(&name, name.count - 1) == 0 else { return "unknown" }
    return String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  /// Changes with each start of the machine; empty where the kernel does not tell.
  private static let bootID = firstLine("/proc/sys/kernel/random/boot_id")

  /// Empty where there is none: then the host's name alone tells.
  private static let machineID = firstLine("/etc/machine-id")

  private static let pidNamespace: UInt64 = {
    var status = stat()
    return stat("/proc/self/ns/pid", &status) == 0 ? UInt64(status.st_ino) : 0
  }()

  private static func firstLine(_ path: String) -> String {
    readProc(path, Disk()).map { String($0.prefix { $0 != "\n" }) } ?? ""
  }

  /// Nil for a process that is gone or only waits to be reaped.
  private static func startTicks(of pid: Int32, _ disk: Disk) -> UInt64? {
    // The second field is the command in parentheses and may hold anything: count from the last closing one.
    guard let text = readProc("/proc/\(pid)/stat", disk), let close = text.lastIndex(of: ")") else { return nil }
    let fields = text[text.index(after: close)...].split(separator: " ")
    guard fields.count > 19, fields[0] != "Z", fields[0] != "X" else { return nil }
    return UInt64(fields[19])
  }

  private static func readProc(_ path: String, _ disk: Disk) -> String? {
    guard let file = try? disk.open(FilePath(path)), let bytes = try? file.read(count: 4096, at: 0) else { return nil }
    return String(decoding: bytes, as: UTF8.self)
  }
}
