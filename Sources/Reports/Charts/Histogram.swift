/// How often values fall in bins: of one sample, or of two beside each other in each bin.
struct Histogram {
  struct Bin {
    var label: String
    /// Of the first sample and, where there are two, of the second: shares 0...1, or rows.
    var values: [Double]
  }

  let title: String
  let bins: [Bin]
  /// One or two names of samples.
  let samples: [String]
  var quantity = Quantity.share
  /// What is written below the first bin and the last; nil: their labels.
  var ends: (String, String)?
  var note = ""

  private static let depth = 96.0
  private static let top = 8.0
  /// Of more bars neighbouring bins are taken together.
  private static let mostBars = 120

  init(_ title: String, samples: [String], _ bins: [Bin]) {
    self.title = title
    self.samples = samples
    self.bins = Self.merged(
      bins.map { bin in
        Bin(
          label: bin.label,
          values: samples.indices.map { bin.values.indices.contains($0) ? max(0, bin.values[$0].drawable ?? 0) : 0 })
      })
  }

  private static func merged(_ bins: [Bin]) -> [Bin] {
    let most = mostBars / max(1, bins.first?.values.count ?? 1)
    guard bins.count > most else { return bins }
    let size = (bins.count + most - 1) / most
    return stride(from: 0, to: bins.count, by: size).map { start in
      let part = bins[start..<min(bins.count, start + size)]
      var sum = bins[start]
      for bin in part.dropFirst() { sum.values = zip(sum.values, bin.values).map { $0 + $1 } }
      sum.label = "\(sum.label) … \(part[part.endIndex - 1].label)"
      return sum
    }
  }

  /// Empty where there is no bin.
  var html: HTML {
    guard !bins.isEmpty else { return "" }
    let scale = Scale.bars(bins.flatMap(\.values), tickCount: 3)
    let ticks = scale.ticks.map { (y: y($0, scale), text: quantity.tick($0, of: scale)) }
    let plot = Plot(
      height: Self.top + Self.depth + 26, left: Room.fitting(ticks.map(\.text), atMost: .names), right: .least)
    let bars = samples.indices.map { sample -> HTML in
      "<g class=\"c\(sample)\">\(bins.indices.map { bar($0, sample, scale) })</g>"
    }
    return figure.html(plot.html(figure.label, Plot.grid(ticks) + bars + [below]))
  }

  private func y(_ value: Double, _ scale: Scale) -> Double { Self.top + Self.depth * (1 - scale.share(value)) }

  private func bar(_ index: Int, _ sample: Int, _ scale: Scale) -> HTML {
    let value = bins[index].values[sample]
    guard value > 0 else { return "" }
    let slot = 1 / Double(bins.count)
    // Bars of one sample almost touch, as their bins do; two stand in pairs.
    let (start, width) = samples.count == 1 ? (0.02, 0.94) : sample == 0 ? (0.1, 0.38) : (0.52, 0.36)
    // A bin with anything in it is seen.
    let length = max(1, Self.depth * scale.share(value))
    let name = samples.count == 1 ? "" : "\(samples[sample]), "
    return """
      <rect class="column c\(sample)" x="\(SVG.share((Double(index) + start) * slot))" \
      y="\(SVG.at(Self.top + Self.depth - length))" width="\(SVG.share(width * slot))" height="\(SVG.at(length))">\
      <title>\(name)\(ProfileText.clipped(bins[index].label, 60)): \(quantity.text(value))</title></rect>
      """
  }

  /// Every bin's label where they have room, else the first and the last.
  private var below: HTML {
    let y = SVG.at(Self.top + Self.depth + 18)
    let slot = 260 / Double(bins.count)
    if ends == nil, bins.allSatisfy({ SVG.width(of: $0.label) + 6 <= slot }) {
      let texts = bins.enumerated().map { index, bin -> HTML in
        "<text x=\"\(SVG.share((Double(index) + 0.5) / Double(bins.count)))\" y=\"\(y)\">\(bin.label)</text>"
      }
      return "<g class=\"mid\">\(texts)</g>"
    }
    let (first, last) = ends ?? (bins[0].label, bins[bins.count - 1].label)
    return """
      <text y="\(y)">\(SVG.fitted(first, into: 125))</text>\
      <text class="end" x="100%" y="\(y)">\(bins.count > 1 || ends != nil ? SVG.fitted(last, into: 125) : "")</text>
      """
  }

  private var figure: Figure {
    Figure(
      title: title, finding: finding, note: note,
      keys: samples.count > 1 ? samples.enumerated().map { Figure.Key(mark: .column, colour: $0, name: $1) } : [],
      header: [samples.count > 1 ? "Bin" : "Values"] + samples,
      rows: bins.map { bin in [ProfileText.clipped(bin.label, 80)] + bin.values.map { quantity.text($0) } })
  }

  private var finding: String {
    let said = samples.indices.compactMap { sample in
      bins.max { $0.values[sample] < $1.values[sample] }.map { bin in
        "\(samples.count > 1 ? "\(samples[sample]): most" : "Most") in \(ProfileText.clipped(bin.label, 60)), \(quantity.text(bin.values[sample]))"
      }
    }
    return "\(bins.count) bins. \(said.joined(separator: "; "))."
  }
}
