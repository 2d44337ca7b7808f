package import Disk
internal import SystemPackage

/// A time zone: when its clocks change, from the machine's own database, which `systemd` and the C library read too.
package struct Zone: Hashable, Sendable {
  /// A moment from which on another offset holds.
  struct Transition: Hashable, Sendable {
    /// Seconds since 1970, UTC.
    var at: Int
    /// Seconds east of Greenwich before and from then on.
    var before: Int
    var after: Int
  }

  /// `UTC`, `Europe/Berlin`.
  package let name: String
  /// The offset before the first change.
  private let firstOffset: Int
  /// In order of time, up to the end of the calendar.
  private let transitions: [Transition]

  package static let utc = Zone(name: "UTC", firstOffset: 0, transitions: [])

  init(name: String, firstOffset: Int, transitions: [Transition]) {
    self.name = name
    self.firstOffset = firstOffset
    self.transitions = transitions
  }

  /// Where the database lies.
  private static let database = FilePath("/usr/share/zoneinfo")

  /// Reads the zone called `name`.
  package init(named name: String, _ disk: Disk) throws(ScheduleError) {
    guard name.uppercased() != "UTC" else {
      self = .utc
      return
    }
    let parts = name.split(separator: "/", omittingEmptySubsequences: false)
    let isName =
      name.utf8.count < 64
      && parts.allSatisfy { part in
        part.first?.isLetter ?? false
          && part.utf8.allSatisfy { byte in
            (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte)
              || "_+-".utf8.contains(byte)
          }
      }
    guard isName else {
      throw ScheduleError("“\(name.prefix(80))” is no name of a time zone: write `Europe/Berlin` or `UTC`")
    }
    let bytes: [UInt8]?
    do {
      bytes = try disk.resolved(Self.database.appending(name)).map { path throws(DiskError) in
        try disk.read(path, limitBytes: 1 << 20)
      }
    } catch {
      throw ScheduleError("the time zone “\(name)” cannot be read: \(error)")
    }
    guard let bytes else {
      throw ScheduleError(
        "this machine knows no time zone “\(name)”: write one as `Europe/Berlin`, or `UTC` (the package tzdata has them)"
      )
    }
    guard let file = ZoneFile(bytes) else { throw ScheduleError("the file of the time zone “\(name)” is damaged") }
    self.init(name: name, firstOffset: file.firstOffset, transitions: file.transitions)
  }

  /// Seconds east of Greenwich at an instant.
  func offset(at instant: Int) -> Int {
    let index = count(until: instant)
    return index == 0 ? firstOffset : transitions[index - 1].after
  }

  /// What a clock on the wall shows at an instant.
  func civil(at instant: Int) -> CivilTime { CivilTime(seconds: instant + offset(at: instant)) }

  /// When the clocks of the zone showed `time`: once, twice in a repeated hour, never in a skipped one. In order.
  func instants(of time: CivilTime) -> [Int] {
    let seconds = time.seconds
    var offsets = [offset(at: seconds - 86_400 * 2)]
    for transition in near(seconds) where !offsets.contains(transition.after) { offsets.append(transition.after) }
    return offsets.map { seconds - $0 }.filter { $0 + offset(at: $0) == seconds }.sorted()
  }

  /// The change of the clocks that skipped `time`; nil when it was not skipped.
  func gap(at time: CivilTime) -> Transition? {
    let seconds = time.seconds
    return near(seconds).first { $0.at + $0.before <= seconds && seconds < $0.at + $0.after }
  }

  /// The first change of the clocks after an instant.
  func change(after instant: Int) -> Int? {
    let index = count(until: instant)
    return index < transitions.count ? transitions[index].at : nil
  }

  /// The last change of the clocks until an instant, it included.
  func lastChange(upTo instant: Int) -> Transition? {
    let index = count(until: instant)
    return index > 0 ? transitions[index - 1] : nil
  }

  /// The changes within two days of a civil time: no offset is larger than one.
  private func near(_ seconds: Int) -> ArraySlice<Transition> {
    transitions[count(until: seconds - 86_400 * 2)..<count(until: seconds + 86_400 * 2)]
  }

  /// How many changes come until `instant`, it included.
  private func count(until instant: Int) -> Int {
    var (low, high) = (0, transitions.count)
    while low < high {
      let middle = (low + high) / 2
      if transitions[middle].at <= instant { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
