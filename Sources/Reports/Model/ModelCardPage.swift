internal import Records
internal import Store

/// A model's card, generated from evidence: which version is in use and why, whether it is well, what it is for, how it
/// was made, how good it is, and what nobody knows of it.
struct ModelCardPage {
  private let dossier: ModelDossier
  private let siteName: String
  /// How often data was looked at to judge models by it, in the model's project.
  var looks = LooksLedger()

  private let hasPage: @Sendable (String) -> Bool

  /// - Parameter hasPage: whether there is a record, so that there is a page, of the run of that name.
  init(
    _ ledger: ModelLedger, _ evidence: any Evidence, siteName: String, hasPage: @escaping @Sendable (String) -> Bool
  ) throws {
    dossier = try ModelDossier(ledger, evidence)
    self.siteName = siteName
    self.hasPage = hasPage
  }

  /// A line under what was judged on the data.
  private func looks(at data: Digest) -> HTML { looks.count(of: data)?.html ?? "" }

  private var ledger: ModelLedger { dossier.ledger }
  var path: String { Paths.model(ledger.project, ledger.name) }
  private var layout: Layout { Layout(siteName: siteName, path: path, asOf: dossier.asOf) }

  func page() -> Page {
    let standing = ModelStandingSection(dossier: dossier, layout: layout)
    let evidence = ModelEvidence(dossier)
    let (overTime, compare) = (Paths.overTime(ledger.project, ledger.name), Paths.compare(ledger.project, ledger.name))
    let nights = ModelNightsSection(nights: dossier.nights, layout: layout)
    return layout.page(
      ledger.name, crumbs: ["\(ledger.project)"],
      """
      <h1>\(ledger.name)</h1>
      <p class="lead">\(standing.lead)</p>
      <p>\(evidence.summary)</p>
      <p><a href="\(layout.to(overTime))">Drift and performance over time</a> · \
      <a href="\(layout.to(compare))">Versions side by side</a></p>
      \(standing.health)
      \(HumanCardSection.html(dossier.card, file: HumanCardSection.file(ledger.project, ledger.name)))
      \(RecipeSection(dossier: dossier, layout: layout).html)
      \(metrics)
      \(explanation)
      \(verdict)
      <h2 id="nights">Over the nights</h2>
      \(nights.trend)
      \(nights.table.fitting(Self.limitNights, or: tooLong))
      \(VersionsSection(ledger: ledger, layout: layout, hasPage: hasPage).html)
      \(lineage)
      \(evidence.table)
      """)
  }

  /// The same for machines.
  var twin: ModelPageTwin { ModelPageTwin(dossier, ModelEvidence(dossier)) }

  // MARK: Sections

  private static let limitMetrics = 280_000
  private static let limitExplanation = 120_000
  private static let limitVerdict = 100_000
  private static let limitNights = 120_000
  private static let limitSmall = 40_000

  private var tooLong: HTML {
    let run: HTML = dossier.version?.run.map { " The page of \(layout.link(run: $0)) has more." } ?? ""
    return "<p class=\"soft\">Too long for this page.\(run)</p>"
  }

  private var metrics: HTML {
    guard let version = dossier.version else { return "" }
    let title: HTML = "<h2 id=\"metrics\">How good version \(version.number) is</h2>"
    guard let document = dossier.metrics else {
      let why: HTML =
        dossier.judgement == nil
        ? "Nobody judged version \(version.number): an <code>evaluate</code> step would."
        : "The metrics of version \(version.number) are no longer in the store."
      return title + "<p class=\"warn\">\(why)</p>"
    }
    let cost: HTML = dossier.cost.map { "<h3>What scoring takes</h3>" + CostSection.html($0) } ?? ""
    return title + MetricsSection.html(document).fitting(Self.limitMetrics, or: tooLong) + looks(at: document.data)
      + cost
  }

  private var explanation: HTML {
    guard let document = dossier.explanation else { return "" }
    let shadow: HTML =
      dossier.disagreement.map { disagreement -> HTML in
        let section = DisagreementSection.html(disagreement).fitting(Self.limitSmall, or: tooLong)
        return "<details><summary>Beside a model in the shadow</summary>\(section)</details>"
      } ?? ""
    return """
      <h2 id="explanation">What it goes by</h2>
      <p>\(Self.summary(document))</p>
      <details><summary>Importance, dependence and single rows</summary>
      \(ExplanationSection.html(document).fitting(Self.limitExplanation, or: tooLong))
      </details>
      \(shadow)
      """
  }

  private static let namedFeatures = 5

  /// The features that count most, by the first measure that there is.
  private static func summary(_ document: ExplanationDocument) -> HTML {
    let names = document.features.prefix(namedFeatures).map { ProfileText.clipped($0.name, 60) }
    guard let first = document.features.first else { return "It reads nothing." }
    let measure =
      first.meanContribution != nil
      ? "by what each adds to a score on average"
      : first.permutation != nil ? "by what is lost when it is shuffled" : "by its share of the gain"
    let rest = document.features.count - names.count
    return
      "What counts most is \(names.joined(separator: ", "))\(rest > 0 ? ", then \(Format.grouped(rest)) more" : ""): \(measure), on \(Format.grouped(document.sampleCount)) rows."
  }

  private var verdict: HTML {
    guard let night = dossier.verdictNight, let short = night.verdict else { return "" }
    let title: HTML = "<h2 id=\"verdict\">Champion against challenger, \(night.date)</h2>"
    guard let document = dossier.verdict else {
      return title + "<p class=\"soft\">\(night.outcome); the verdict is no longer in the store.</p>"
    }
    let about: HTML =
      short.challenger.map { number in
        "<p class=\"soft\">The newest verdict, about version \(number)\(short.champion.map { " against version \($0)" } ?? "").</p>"
      } ?? ""
    let section = VerdictSection.html(document, dossier.promotion).fitting(Self.limitVerdict, or: tooLong)
    return title + about + section + looks(at: document.data)
  }

  private var lineage: HTML {
    guard let graph = dossier.lineage, let version = dossier.version else { return "" }
    let title = "\(ledger.name) v\(version.number)"
    return """
      <h2 id="lineage">Where version \(version.number) comes from, and what was made of it</h2>
      \(LineageSection(graph: graph, layout: layout, title: title).html)
      """
  }
}
