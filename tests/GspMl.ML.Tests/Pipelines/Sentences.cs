using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Text;

namespace GspMl.ML.Tests.Pipelines;

/// <summary>The sample's sentences on six topics, three of which are met outdoors.</summary>
internal static class Sentences
{
    private static readonly string[] OutdoorTopics = ["football", "gardening", "astronomy"];

    public static IDataView Load(MLContext ml)
    {
        var lines = File.ReadLines(Path.Combine(AppContext.BaseDirectory, "Data", "sentences.tsv")).Skip(1)
            .Select(line => line.Split('\t'));
        var sentences = lines.Select(cells => new Sentence { Topic = cells[0], Text = cells[1], Label = OutdoorTopics.Contains(cells[0]) });
        return ml.Data.LoadFromEnumerable(sentences.ToList());
    }

    /// <summary>Words alone, weighted by how rare they are, the commonest of English left out.</summary>
    public static TextFeaturizingEstimator Words(MLContext ml) => ml.Transforms.Text.FeaturizeText(
        "Words",
        new TextFeaturizingEstimator.Options
        {
            CharFeatureExtractor = null,
            WordFeatureExtractor = new WordBagEstimator.Options
            {
                NgramLength = 1,
                Weighting = NgramExtractingEstimator.WeightingCriteria.TfIdf,
            },
            StopWordsRemoverOptions = new StopWordsRemovingEstimator.Options(),
            KeepPunctuations = false,
        },
        "Text");

    internal sealed class Sentence
    {
        public string Topic { get; set; } = "";

        public string Text { get; set; } = "";

        public bool Label { get; set; }
    }

    internal sealed class Prediction
    {
        public bool PredictedLabel { get; set; }

        public float Probability { get; set; }

        [VectorType] public float[] Topics { get; set; } = [];
    }
}
