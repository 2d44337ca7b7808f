internal import Records

/// The places of a chart from left to right: on a true axis of time where they are dates, so that a missing night leaves a
/// gap; by their size where they are ascending numbers; else evenly.
struct Places {
  /// A label below the axis.
  struct Tick: Hashable {
    /// 0...1.
    var position: Double
    var label: String
    /// There is no room for it on a phone.
    var isForWide: Bool
  }

  /// What a place is: `Night`, `Round`.
  let name: String
  let labels: [String]
  /// Of each place, ascending, 0...1.
  let positions: [Double]
  let ticks: [Tick]

  /// How wide a plot is at least on a desk and on a phone, in pixels.
  private static let room = (wide: 520.0, narrow: 250.0)
  /// Labels of named places are no wider.
  private static let widest = 120.0

  init(_ name: String, _ labels: [String]) {
    self.name = name
    self.labels = labels
    if labels.count < 2 {
      positions = labels.map { _ in 0.5 }
      ticks = labels.map { Tick(position: 0.5, label: SVG.fitted($0, into: Self.widest), isForWide: false) }
    } else if let dates = DateScale(labels) {
      (positions, ticks) = (dates.positions, dates.ticks)
    } else if let numbers = Self.numbers(labels) {
      (positions, ticks) = numbers
    } else {
      positions = labels.indices.map { Double($0) / Double(labels.count - 1) }
      ticks = Self.named(labels)
    }
  }

  /// Every n-th label, the last among them, so that they never touch.
  static func named(_ labels: [String], positions: ((Int) -> Double)? = nil) -> [Tick] {
    let longest = labels.map { min(widest, SVG.width(of: $0)) }.max() ?? 0
    func step(_ room: Double) -> Int {
      let most = max(2, Int(room / (longest + 14)))
      return max(1, (labels.count + most - 2) / max(1, most - 1))
    }
    let wide = step(room.wide)
    let narrow = (step(room.narrow) + wide - 1) / wide * wide
    return labels.indices.filter { (labels.count - 1 - $0) % wide == 0 }.map { index in
      Tick(
        position: positions?(index) ?? Double(index) / Double(max(1, labels.count - 1)),
        label: SVG.fitted(labels[index], into: widest), isForWide: (labels.count - 1 - index) % narrow != 0)
    }
  }

  private static func numbers(_ labels: [String]) -> ([Double], [Tick])? {
    var numbers: [Double] = []
    for label in labels {
      guard let number = Double(label)?.drawable, number > numbers.last ?? -.infinity else { return nil }
      numbers.append(number)
    }
    let (first, span) = (numbers[0], numbers[numbers.count - 1] - numbers[0])
    guard span.isFinite, span > 0 else { return nil }
    let scale = Scale(first, numbers[numbers.count - 1], tickCount: 6)
    let shown = scale.ticks.filter { ($0 - first) / span > -1e-9 && ($0 - first) / span < 1 + 1e-9 }
    // Every second stays on a phone: 0, 100, 200, not 50, 150, 250.
    let step = scale.ticks[1] - scale.ticks[0]
    let ticks = shown.map { tick in
      let isOdd = (tick / step).rounded().truncatingRemainder(dividingBy: 2) != 0
      return Tick(position: (tick - first) / span, label: scale.text(tick), isForWide: shown.count > 4 && isOdd)
    }
    return (numbers.map { ($0 - first) / span }, ticks)
  }
}
