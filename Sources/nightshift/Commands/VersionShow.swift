internal import ArgumentParser

/// What `data show` and `model show` take and do.
struct VersionShow: ParsableArguments {
  @Argument(help: "NAME@VERSION.")
  var reference: String

  @OptionGroup var siteOptions: SiteOptions
  @OptionGroup var output: JSONOption

  func show() throws {
    var show = Show()
    show.what = reference
    show.siteOptions = siteOptions
    show.output = output
    try show.run()
  }
}
