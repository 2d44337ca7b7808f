internal import Records

/// Dates on a true axis of time, with ticks at round ones.
struct DateScale {
  let positions: [Double]
  let ticks: [Places.Tick]

  private static let day = 86_400
  private static let most = 7
  /// From there on ticks stand at months.
  private static let mostDays = 75
  /// So many stay where there is little room.
  private static let mostOnPhones = 4
  private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

  /// - Parameter labels: `2013-04-01` or `2013-04-01T02:00:00Z`, not descending; nil for anything else, and where all are
  ///   the same.
  init?(_ labels: [String]) {
    var times: [Int] = []
    for label in labels {
      guard let time = Timestamp(label)?.seconds, time >= times.last ?? .min else { return nil }
      times.append(time)
    }
    guard let first = times.first, let last = times.last, last > first else { return nil }
    let span = Double(last - first)
    positions = times.map { Double($0 - first) / span }
    let found = Self.instants(first, last)
    let step = (found.count + Self.mostOnPhones - 1) / Self.mostOnPhones
    ticks = found.enumerated().map { index, tick in
      Places.Tick(
        position: Double(tick.seconds - first) / span, label: tick.label, isForWide: index % max(1, step) != 0)
    }
  }

  private static func instants(_ first: Int, _ last: Int) -> [(seconds: Int, label: String)] {
    for hours in [1, 3, 6, 12] where (last - first) / (hours * 3600) < most {
      return every(hours * 3600, from: first, to: last, by: clock)
    }
    // From the first place on: ticks of weekly nights then stand at nights.
    for days in [1, 2, 7, 14] where (last - first) / (days * day) < most && last - first < mostDays * day {
      return labelled(stride(from: first, through: last, by: days * day).map { $0 }, date)
    }
    return labelled(starts(first, last), month)
  }

  private static func every(_ step: Int, from first: Int, to last: Int, by label: (Timestamp) -> String) -> [(
    seconds: Int, label: String
  )] {
    let start = Int((Double(first) / Double(step)).rounded(.up)) * step
    return stride(from: start, through: last, by: step).map { ($0, label(Timestamp(seconds: $0))) }
  }

  /// The year stands at the first tick of each.
  private static func labelled(_ instants: [Int], _ label: (Timestamp) -> String) -> [(seconds: Int, label: String)] {
    var year = ""
    return instants.map { seconds in
      let time = Timestamp(seconds: seconds)
      let own = String(time.date.prefix(4))
      defer { year = own }
      return (seconds, label(time) + (own == year || label(time) == own ? "" : " " + own))
    }
  }

  /// The first days of months, of every third, …, of years: as many as have room.
  private static func starts(_ first: Int, _ last: Int) -> [Int] {
    let (begin, end) = (monthNumber(first), monthNumber(last))
    for step in [1, 2, 3, 6, 12, 24, 60, 120, 600, 1200, 6000] where (end - begin) / step < most {
      return (begin...end + 1).filter { $0 % step == 0 }.compactMap(start).filter { (first...last).contains($0) }
    }
    return [first, last]
  }

  /// Months since the year 0.
  private static func monthNumber(_ seconds: Int) -> Int {
    let parts = Timestamp(seconds: seconds).date.split(separator: "-").compactMap { Int($0) }
    return parts.count == 3 ? parts[0] * 12 + parts[1] - 1 : 0
  }

  private static func start(ofMonth number: Int) -> Int? {
    let year = String(number / 12)
    let month = number % 12 + 1
    let padded = String(repeating: "0", count: max(0, 4 - year.count)) + year
    return Timestamp("\(padded)-\(month < 10 ? "0" : "")\(month)-01")?.seconds
  }

  private static func clock(_ time: Timestamp) -> String {
    let clock = String(time.text.dropFirst(11).prefix(5))
    return clock == "00:00" ? date(time) : clock
  }

  /// `1 Apr`.
  private static func date(_ time: Timestamp) -> String {
    let day = Int(time.date.suffix(2)) ?? 0
    return "\(day) \(monthName(time))"
  }

  private static func month(_ time: Timestamp) -> String { monthName(time) }

  private static func monthName(_ time: Timestamp) -> String {
    let number = Int(time.date.dropLast(3).suffix(2)) ?? 1
    return months[min(12, max(1, number)) - 1]
  }
}
