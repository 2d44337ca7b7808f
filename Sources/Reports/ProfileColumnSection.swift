internal import Records

/// One column of a profile: a few facts, and a picture of its values.
struct ProfileColumnSection {
  let column: ProfileDocument.Column
  let rowCount: Int

  var html: HTML {
    """
    <h3>\(ProfileText.clipped(column.name)) <span class="soft">\(column.type)</span></h3>
    <div class="pair"><div>\(Table.facts(facts))</div><div>\(histogram)\(topValues)</div></div>

    """
  }

  private var name: String { ProfileText.clipped(column.name, 40) }

  private var facts: [(String, HTML)] {
    var pairs: [(String, HTML)] = [
      (
        "Missing",
        "\(Format.grouped(column.missingCount)) (\(Format.percent(Double(column.missingCount) / Double(max(1, rowCount)))))"
      ), ("Distinct", "\(ProfileText.count(column.distinct))"),
    ]
    if let minimum = column.minimum, let maximum = column.maximum {
      pairs.append(("Range", "\(ProfileText.clipped(minimum, 40)) to \(ProfileText.clipped(maximum, 40))"))
    }
    if let numbers = column.numbers { pairs += facts(numbers) }
    if let texts = column.texts { pairs += facts(texts) }
    if let times = column.times { pairs += facts(times) }
    return pairs
  }

  private func facts(_ numbers: ProfileDocument.Numbers) -> [(String, HTML)] {
    let signs = [("zero", numbers.zeroCount), ("negative", numbers.negativeCount), ("infinite", numbers.infiniteCount)]
      .filter { $0.1 > 0 }.map { "\(Format.grouped($0.1)) \($0.0)" }.joined(separator: ", ")
    var pairs: [(String, HTML)] = [
      ("Mean", "\(numbers.mean.map(ProfileText.number) ?? "–")"),
      ("Deviation", "\(numbers.standardDeviation.map(ProfileText.number) ?? "–")"),
      ("Skewness", "\(numbers.skewness.map(ProfileText.number) ?? "–")"),
      ("Quantiles", quantiles(numbers.quantiles, error: numbers.rankError)),
    ]
    if !signs.isEmpty { pairs.append(("Of them", "\(signs)")) }
    return pairs
  }

  private func quantiles(_ quantiles: [ProfileDocument.Quantile], error: Double) -> HTML {
    let texts = quantiles.map { quantile -> HTML in
      "<span class=\"soft\">\(Format.fixed(quantile.share * 100, 0))&nbsp;%</span>&nbsp;\(ProfileText.number(quantile.value))"
    }
    let note: HTML =
      error > 0
      ? "<br><span class=\"soft\">estimated: each share to within \(Format.fixed(error * 100, 2)) %</span>" : ""
    return HTML(joining: texts, by: "&nbsp; ") + note
  }

  private func facts(_ texts: ProfileDocument.Texts) -> [(String, HTML)] {
    var pairs: [(String, HTML)] = [
      (
        "Length",
        "\(Format.grouped(texts.minimumLength)) to \(Format.grouped(texts.maximumLength)), mean \(ProfileText.number(texts.meanLength))"
      )
    ]
    if texts.blankCount > 0 { pairs.append(("Blank", "\(Format.grouped(texts.blankCount))")) }
    if texts.paddedCount > 0 { pairs.append(("White space round it", "\(Format.grouped(texts.paddedCount))")) }
    let looks = texts.looksLike.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
      .map { "\($0.key) \(Format.percent($0.value))" }.joined(separator: ", ")
    if !looks.isEmpty { pairs.append(("Looks like", "\(looks)")) }
    return pairs
  }

  private func facts(_ times: ProfileDocument.Times) -> [(String, HTML)] {
    var pairs: [(String, HTML)] = [("Order", "\(times.order)")]
    if let step = times.stepSeconds, let share = times.stepShare {
      pairs.append(("Usual step", "\(Format.seconds(step)) (\(Format.percent(share)))"))
    }
    // A usual step is no gap.
    let gaps = (times.largestGaps ?? []).filter { $0.seconds > times.stepSeconds ?? 0 }.prefix(3)
    if !gaps.isEmpty {
      let texts = gaps.map { gap -> HTML in "\(Format.seconds(gap.seconds)) from \(ProfileText.clipped(gap.from, 40))" }
      pairs.append(("Largest gaps", HTML(joining: texts, by: "<br>")))
    }
    return pairs
  }

  private var histogram: HTML {
    guard let histogram = column.histogram, histogram.counts.count > 1 else { return "" }
    let bins = zip(zip(histogram.edges, histogram.edges.dropFirst()), histogram.counts).map { edges, count in
      let isOne = column.type == "integer" && edges.1 == edges.0 + 1
      return Histogram.Bin(
        label: isOne ? text(edges.0) : "\(text(edges.0)) to \(text(edges.1))", values: [Double(count)])
    }
    let note = histogram.error > 0 ? ", estimated" : ""
    var chart = Histogram("How often \(name) has which values\(note)", samples: ["Rows"], bins)
    chart.quantity = .count
    chart.ends = (column.minimum ?? "", column.maximum ?? "")
    return chart.html
  }

  private func text(_ edge: Double) -> String {
    guard column.type == "timestamp" else { return ProfileText.number(edge) }
    return abs(edge) < 1e15 ? String(Timestamp(seconds: Int(edge)).text.prefix(16)) : "\(edge)"
  }

  private var topValues: HTML {
    guard column.histogram == nil, !column.topValues.isEmpty else { return "" }
    let bars = column.topValues.prefix(8).map { value in
      BarChart.Bar(label: ProfileText.clipped(value.text), value: Double(value.count))
    }
    let isExact = column.topValues.allSatisfy { $0.countError == 0 }
    var chart = BarChart(isExact ? "Most frequent" : "Most frequent, each at least so often", bars)
    (chart.name, chart.quantity) = ("Value", .count)
    return chart.html
  }
}

/// Numbers and names of profiles as people read them.
enum ProfileText {
  /// Its first letters: names and values may have any length.
  static func clipped(_ text: String, _ limit: Int = 80) -> String {
    let scalars = text.unicodeScalars.prefix(limit + 1)
    guard scalars.count > limit else { return text }
    return String(String.UnicodeScalarView(scalars.prefix(limit - 1))) + "…"
  }

  static func count(_ count: ProfileDocument.Count) -> String {
    guard let error = count.standardError else { return Format.grouped(count.value) }
    guard count.value > 0 else { return "none seen" }
    return "about \(Format.grouped(count.value)) (± \(Format.fixed(error * 100, 1)) %)"
  }

  /// About four digits that count.
  static func number(_ value: Double) -> String {
    guard value != 0, abs(value) < 0.001 || abs(value) >= 1e12 else {
      return value == value.rounded() ? Format.fixed(value, 0) : Format.metric(value)
    }
    return Format.scientific(value, 3)
  }

  static func range(_ column: ProfileDocument.Column) -> String {
    if column.type == "string" || column.type == "boolean" {
      return column.topValues.prefix(3).map { clipped($0.text, 24) }.joined(separator: ", ")
    }
    return "\(clipped(column.minimum ?? "–", 40)) to \(clipped(column.maximum ?? "–", 40))"
  }

  static func measure(_ name: String) -> String {
    [
      "pearson": "Pearson", "spearman": "Spearman", "cramers-v": "Cramér’s V", "correlation-ratio": "correlation ratio",
    ][name] ?? name
  }
}
