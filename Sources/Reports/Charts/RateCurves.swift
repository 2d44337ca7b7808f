/// Curves of two rates over all thresholds, ROC or precision and recall: one a model.
struct RateCurves {
  struct Point: Hashable {
    var x: Double
    var y: Double
  }

  struct Curve {
    /// `challenger v9, AUC 0.7123`.
    var name: String
    /// As the threshold falls.
    var points: [Point]
  }

  enum Kind {
    case roc
    /// With the share of positive rows, which a model that knows nothing has as its precision; nil where it is not known.
    case precisionRecall(prevalence: Double?)
  }

  let title: String
  let kind: Kind
  let curves: [Curve]

  private static let most = 200
  private static let mostRows = 40

  /// - Parameter curves: points that are no numbers are left out.
  init(_ title: String, _ kind: Kind, _ curves: [Curve]) {
    self.title = title
    self.kind = kind
    self.curves = curves.map { curve in
      Curve(name: curve.name, points: Self.thinned(curve.points.filter { $0.x.isFinite && $0.y.isFinite }))
    }.filter { $0.points.count > 1 }
  }

  private static func thinned(_ points: [Point]) -> [Point] {
    points.count <= most ? points : (0..<most).map { points[$0 * (points.count - 1) / (most - 1)] }
  }

  /// The precision at each point of a ROC curve, from the numbers of positive and negative rows; points at which nothing is
  /// called positive have none.
  static func precisions(_ roc: [Point], positives: Int, negatives: Int) -> [Point] {
    roc.compactMap { point in
      let (hits, alarms) = (point.y * Double(positives), point.x * Double(negatives))
      return hits + alarms > 0 ? Point(x: point.y, y: hits / (hits + alarms)) : nil
    }
  }

  /// Empty where there is no curve.
  var html: HTML {
    guard !curves.isEmpty else { return "" }
    let square = UnitSquare()
    let lines = curves.enumerated().map { index, curve -> HTML in
      let path = curve.points.enumerated().map { place, point in
        (place == 0 ? "M" : "L") + SVG.at(square.x(point.x)) + " " + SVG.at(square.y(point.y))
      }.joined()
      return "<path class=\"line c\(index % Figure.colourCount)\" d=\"\(path)\"/>"
    }
    let parts = square.axes(names.x, names.y) + [reference(square)] + lines
    return figure.html(Picture.html(figure.label, width: square.width, height: square.height, parts))
  }

  private var names: (x: String, y: String) {
    switch kind {
    case .roc: ("False-positive rate", "True-positive rate")
    case .precisionRecall: ("Recall", "Precision")
    }
  }

  private func reference(_ square: UnitSquare) -> HTML {
    switch kind {
    case .roc: square.level(from: (0, 0), to: (1, 1))
    case .precisionRecall(let share):
      share?.drawable.map { square.level(from: (0, $0), to: (1, $0)) } ?? ""
    }
  }

  private var figure: Figure {
    let rows = curves.flatMap { curve in
      Self.listed(curve.points).map { point in
        (curves.count > 1 ? [curve.name] : []) + [Format.fixed(point.x, 3), Format.fixed(point.y, 3)]
      }
    }
    return Figure(
      title: title, finding: finding, note: note,
      keys: curves.enumerated().map { Figure.Key(mark: .line, colour: $0, name: $1.name) }.filter { !$0.name.isEmpty },
      header: (curves.count > 1 ? ["Curve"] : []) + [names.x, names.y], rows: rows)
  }

  private static func listed(_ points: [Point]) -> [Point] {
    points.count <= mostRows ? points : (0..<mostRows).map { points[$0 * (points.count - 1) / (mostRows - 1)] }
  }

  private var note: String {
    switch kind {
    case .roc: "Dashed: a model that guesses."
    case .precisionRecall(let share):
      share?.drawable.map {
        "Dashed: a model that guesses, right as often as there are positives, \(Format.percent($0))."
      } ?? ""
    }
  }

  private var finding: String {
    let middle = curves.prefix(4).compactMap { curve -> String? in
      guard let point = curve.points.min(by: { abs($0.x - 0.2) < abs($1.x - 0.2) }) else { return nil }
      let name = curve.name.isEmpty ? "" : "\(curve.name): "
      return
        "\(name)at \(names.x.lowercased()) \(Format.fixed(point.x, 2)), \(names.y.lowercased()) \(Format.fixed(point.y, 2))"
    }
    return middle.joined(separator: "; ") + "."
  }
}
