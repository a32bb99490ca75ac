namespace Backbone.Credit.Statistics.Pages;

/// <summary>Words of statistics, register and monitoring.</summary>
internal sealed class StatisticTexts;
