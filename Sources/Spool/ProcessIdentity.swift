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

  /// This process.
  package static func current(_ disk: Disk) -> ProcessIdentity {
    ProcessIdentity(host: hostName, boot: bootID(disk), pid: getpid(), startTicks: startTicks(of: getpid(), disk) ?? 0)
  }

  /// The child with this pid, as long as it lives; nil when it is gone.
  package static func child(_ pid: Int32, _ disk: Disk) -> ProcessIdentity? {
    startTicks(of: pid, disk).map { ProcessIdentity(host: hostName, boot: bootID(disk), pid: pid, startTicks: $0) }
  }

  /// Whether it runs on this machine now. A process of another boot or host does not, as far as this one can tell.
  package func isAlive(_ disk: Disk) -> Bool {
    host == Self.hostName && boot == Self.bootID(disk) && Self.startTicks(of: pid, disk) == startTicks
  }

  package static var hostName: String {
    var name = [CChar](repeating: 0, count: 256)
    guard gethostname(&name, name.count - 1) == 0 else { return "unknown" }
    return String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  /// Changes with each start of the machine; empty where the kernel does not tell.
  private static func bootID(_ disk: Disk) -> String {
    readProc("/proc/sys/kernel/random/boot_id", disk).map { String($0.prefix { $0 != "\n" }) } ?? ""
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
