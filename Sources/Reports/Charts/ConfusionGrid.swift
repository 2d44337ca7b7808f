/// True classes down, predicted ones across: counts, and which share of the true class each is.
struct ConfusionGrid {
  let title: String
  let labels: [String]
  /// A row for each true class, a column for each predicted one.
  let counts: [[Int]]
  var note = ""

  /// Of more classes the largest are shown, the others together.
  private static let most = 12
  private static let left = 96.0
  private static let top = 44.0

  /// - Parameter counts: as many rows and columns as labels; what is missing counts as 0.
  init(_ title: String, labels: [String], counts: [[Int]]) {
    let square = labels.indices.map { row in
      labels.indices.map {
        counts.indices.contains(row) && counts[row].indices.contains($0) ? max(0, counts[row][$0]) : 0
      }
    }
    self.title = title
    guard labels.count > Self.most else {
      (self.labels, self.counts) = (labels, square)
      return
    }
    let sizes = square.map { $0.reduce(0, +) }
    let largest = labels.indices.sorted { (-sizes[$0], $0) < (-sizes[$1], $1) }.prefix(Self.most - 1).sorted()
    let rest = Set(labels.indices).subtracting(largest).sorted()
    let groups = largest.map { [$0] } + [rest]
    self.labels = largest.map { labels[$0] } + ["\(Format.grouped(rest.count)) others"]
    self.counts = groups.map { rows in
      groups.map { columns in rows.reduce(0) { sum, row in columns.reduce(sum) { $0 + square[row][$1] } } }
    }
  }

  /// Empty where there is no class.
  var html: HTML {
    guard !labels.isEmpty else { return "" }
    let cell = self.cell
    let width = Self.left + cell.width * Double(labels.count) + 4
    let height = Self.top + cell.height * Double(labels.count) + 4
    let cells = labels.indices.flatMap { row in labels.indices.map { box(row, $0) } }
    let picture = Picture.html(figure.label, width: width, height: height, names + cells)
    // Many classes keep their size and scroll where the page is narrow.
    let isWide = labels.count > 4
    return figure.html(isWide ? "<div class=\"scroll still\">\(picture)</div>" : picture)
  }

  private var cell: (width: Double, height: Double) {
    labels.count > 4 ? (54, 40) : labels.count > 2 ? (64, 46) : (104, 56)
  }

  private func place(_ row: Int, _ column: Int) -> (x: Double, y: Double) {
    (Self.left + Double(column) * cell.width, Self.top + Double(row) * cell.height)
  }

  private func share(_ row: Int, _ column: Int) -> Double {
    Double(counts[row][column]) / Double(max(1, counts[row].reduce(0, +)))
  }

  private func box(_ row: Int, _ column: Int) -> HTML {
    let (place, share) = (place(row, column), share(row, column))
    let middle = SVG.at(place.x + cell.width / 2)
    return """
      <g class="cell h\(Shade.of(share: share))"><rect x="\(SVG.at(place.x + 1))" y="\(SVG.at(place.y + 1))" \
      width="\(SVG.at(cell.width - 2))" height="\(SVG.at(cell.height - 2))"/>\
      <text class="mid" x="\(middle)" y="\(SVG.at(place.y + cell.height / 2 - 2))">\(short(counts[row][column]))</text>\
      <text class="mid" x="\(middle)" y="\(SVG.at(place.y + cell.height / 2 + 13))">\(Format.percent(share))</text></g>
      """
  }

  private func short(_ count: Int) -> String {
    let text = Format.grouped(count)
    return SVG.width(of: text) <= cell.width - 4 ? text : "\(Format.grouped(count / 1000))k"
  }

  private var names: [HTML] {
    let across = labels.enumerated().map { index, label -> HTML in
      """
      <text class="mid" x="\(SVG.at(place(0, index).x + cell.width / 2))" y="\(SVG.at(Self.top - 8))">\
      \(SVG.fitted(label, into: cell.width - 2))</text>
      """
    }
    let down = labels.enumerated().map { index, label -> HTML in
      """
      <text class="end" x="\(SVG.at(Self.left - 8))" y="\(SVG.at(place(index, 0).y + cell.height / 2 + 4))">\
      \(SVG.fitted(label, into: Self.left - 12))</text>
      """
    }
    let titles: HTML = """
      <text class="ink" x="\(SVG.at(Self.left + 2))" y="14">Predicted</text>\
      <text class="ink end" x="\(SVG.at(Self.left - 8))" y="\(SVG.at(Self.top - 8))">True</text>
      """
    return [titles] + across + down
  }

  private var figure: Figure {
    Figure(
      title: title, finding: finding, note: note, header: ["True"] + labels.map { "as \($0)" },
      rows: labels.indices.map { row in
        [labels[row]] + labels.indices.map { "\(Format.grouped(counts[row][$0])) (\(Format.percent(share(row, $0))))" }
      })
  }

  private var finding: String {
    let right = labels.indices.reduce(0) { $0 + counts[$1][$1] }
    let all = counts.reduce(0) { $0 + $1.reduce(0, +) }
    return
      "\(Format.grouped(right)) of \(Format.grouped(all)) rows are on the diagonal, \(Format.percent(Double(right) / Double(max(1, all))))."
  }
}

/// Classes of a scale of one colour, from faint to strong; letters on the strong ones are of the other colour.
enum Shade {
  static let count = 7

  static func of(share: Double) -> Int {
    share.isFinite ? min(count - 1, max(0, Int(share * Double(count)))) : 0
  }
}
