internal import Records

/// A ``DisagreementDocument`` on a run's page.
enum DisagreementSection {
  private static let sliceLimit = 50

  static func html(_ document: DisagreementDocument) -> HTML {
    """
    <p class="lead">\(lead(document))</p>
    \(Table.table(["Of all rows", "difference is at most"], numeric: [0, 1], quantiles(document)))
    \(slices(document))
    \(largest(document))
    """
  }

  private static func lead(_ document: DisagreementDocument) -> HTML {
    let shadow = document.shadowVersion?.text ?? document.shadow.shortText
    let model = document.modelVersion?.text ?? document.model.shortText
    let answers = document.agreeingCount.map { count -> HTML in
      " \(count == document.rowCount ? "All" : Format.percent(share(count, document.rowCount))) answers are the same."
    }
    let order = document.rankCorrelation.map { value -> HTML in
      " Both order the rows with a rank correlation of \(Format.fixed(value, 3))."
    }
    return """
      \(shadow) scored the \(Format.grouped(document.rowCount)) rows of \(model) in the shadow: on average \
      \(Format.metric(document.meanAbsoluteDifference)) apart (\(Format.delta(document.meanDifference))).\
      \(answers ?? "")\(order ?? "")
      """
  }

  private static func quantiles(_ document: DisagreementDocument) -> [[HTML]] {
    document.quantiles.map { ["\(Format.percent($0.probability))", "\(Format.delta($0.difference))"] }
  }

  private static func slices(_ document: DisagreementDocument) -> HTML {
    guard !document.slices.isEmpty else { return "" }
    let rows = document.slices.prefix(sliceLimit).map { slice -> [HTML] in
      [
        "\(slice.column)", "\(slice.value ?? "(missing)")", "\(Format.grouped(slice.rowCount))",
        slice.agreeingCount.map { "\(Format.percent(share($0, slice.rowCount)))" } ?? "–",
        "\(Format.delta(slice.meanDifference))",
      ]
    }
    return "<h3>By slice</h3>"
      + Table.table(["Column", "Value", "Rows", "Same answer", "Mean difference"], numeric: [2, 3, 4], rows)
  }

  private static func largest(_ document: DisagreementDocument) -> HTML {
    let rows = document.largest.map { row -> [HTML] in
      ["\(Format.grouped(row.row))"] + row.keys.map { "\(ProfileText.clipped($0 ?? "", 60))" }
        + ["\(Format.metric(row.score))", "\(Format.metric(row.shadowScore))"]
    }
    let header = ["Row"] + document.keyColumns + ["Score", "In the shadow"]
    return "<h3>Furthest apart</h3>"
      + Table.table(header, numeric: [0, header.count - 2, header.count - 1], rows)
  }

  private static func share(_ count: Int, _ all: Int) -> Double { Double(count) / Double(max(1, all)) }
}
