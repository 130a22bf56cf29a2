using GspMl.ML.Schema;
using GspMl.ML.Tests.Pipelines;
using Microsoft.ML;
using Microsoft.ML.Runtime;
using Microsoft.ML.Transforms.Text;

namespace GspMl.ML.Tests.TextTopics;

public class TextTopicsTests(ITestOutputHelper output)
{
    private const int Topics = 6, Iterations = 30;
    private readonly MLContext ml = new(seed: 1);

    [Fact]
    public void It_is_a_component_as_others_are() =>
        ComponentChecks.Check(ml.Transforms.TextTopics("Topics", "Text", Topics), Sentences.Load(ml), ["Topics"], InvalidTexts());

    [Fact]
    public void Topics_of_words_tell_held_back_texts_apart_better_than_the_default_features_do()
    {
        var split = ml.Data.TrainTestSplit(Sentences.Load(ml), testFraction: 0.3, seed: 1);
        var topics = Accuracy(ml.Transforms.TextTopics(new TextTopicsEstimator.Options
        {
            OutputColumnName = "Features",
            InputColumnName = "Text",
            Rank = Topics,
            MaxIterations = Iterations,
        }), split);
        var first = Accuracy(
            ml.Transforms.Text.FeaturizeText("Words", "Text")
                .Append(ml.Transforms.SparseNmf("Features", "Words", Topics, 0.7, Iterations)),
            split);
        output.WriteLine($"accuracy of {Topics} features, chance 0.167: TextTopics {topics:F3}, FeaturizeText → SparseNmf {first:F3}");
        Assert.True(topics > first + 0.1, $"{topics} against {first}");
    }

    [Fact]
    public void Each_slot_is_named_by_the_first_words_of_its_topic()
    {
        var data = Sentences.Load(ml);
        var model = ml.Transforms.TextTopics("Topics", "Text", Topics).Fit(data);
        var factorisation = model.OfType<SparseNmfTransformer>().Single();
        var names = SlotNames.Read(model.GetOutputSchema(data.Schema)["Topics"]);
        for (var k = 0; k < Topics; k++)
        {
            var words = string.Join(", ", factorisation.GetTopFeatures(k, 3).Select(feature => feature.Name));
            Assert.Equal($"Component{k}: {words}", names[k]);
            output.WriteLine(names[k]);
        }
    }

    [Fact]
    public void Words_are_dropped_unless_a_column_is_named_for_them()
    {
        var data = Sentences.Load(ml);
        var options = new TextTopicsEstimator.Options { InputColumnName = "Text", Rank = 3, MaxIterations = 5 };
        var without = ml.Transforms.TextTopics(options).Fit(data).Transform(data);
        Assert.Equal(["Label", "Text", "Topic", "Topics"], without.Schema.Where(c => !c.IsHidden).Select(c => c.Name).Order());
        var with = ml.Transforms.TextTopics(options with { WordsColumnName = "Words" }).Fit(data).Transform(data);
        Assert.Contains(with.Schema, column => column.Name == "Words");
    }

    [Fact]
    public void A_word_counts_that_enough_texts_have()
    {
        var data = Sentences.Load(ml);
        var options = new TextTopicsEstimator.Options { InputColumnName = "Text", Rank = 3, MaxIterations = 5 };
        int[] words = [.. new[] { 1, 20, 40 }.Select(texts => Slots(options with { MinTexts = texts }))];
        Assert.True(words[0] > words[1] && words[1] > words[2], string.Join(' ', words));
        Assert.True(Slots(options with { NgramLength = 2 }) > words[0]);

        int Slots(TextTopicsEstimator.Options each) =>
            ml.Transforms.TextTopics(each).Fit(data).OfType<SparseNmfTransformer>().Single().Basis.Rows;
    }

    [Fact]
    public void Too_few_words_are_told_with_the_remedy()
    {
        string[] texts = ["rocket orbit", "orbit launch", "launch rocket"];
        var data = ml.Data.LoadFromEnumerable(texts.Concat(texts).Select(text => new Sentences.Sentence { Text = text }));
        var error = Assert.Throws<InvalidOperationException>(() => ml.Transforms.TextTopics("Topics", "Text", 5).Fit(data));
        Assert.Contains("set a rank of at most 3", error.Message);
    }

    [Theory]
    [InlineData]
    [InlineData("", null)]
    [InlineData("the and of", "a")]
    public void Texts_without_words_are_refused_by_the_name_of_their_column(params string?[] texts)
    {
        var data = ml.Data.LoadFromEnumerable(texts.Select(text => new Sentences.Sentence { Text = text! }));
        var error = Assert.Throws<InvalidOperationException>(() => ml.Transforms.TextTopics("Topics", "Text", 2).Fit(data));
        Assert.Contains("Column 'Text' has no words", error.Message);
    }

    [Fact]
    public void Options_outside_their_range_are_named()
    {
        var options = new TextTopicsEstimator.Options();
        OptionRefusals.Null("options", () => ml.Transforms.TextTopics((TextTopicsEstimator.Options)null!));
        OptionRefusals.Null("catalog", () => ((TransformsCatalog)null!).TextTopics(options));
        OptionRefusals.Null("OutputColumnName", () => ml.Transforms.TextTopics((string)null!));
        OptionRefusals.OutOfRange("Rank", () => ml.Transforms.TextTopics(options with { Rank = 0 }));
        OptionRefusals.OutOfRange("Sparsity", () => ml.Transforms.TextTopics(options with { Sparsity = double.NaN }));
        OptionRefusals.OutOfRange("NgramLength", () => ml.Transforms.TextTopics(options with { NgramLength = 0 }));
        OptionRefusals.OutOfRange("MinTexts", () => ml.Transforms.TextTopics(options with { MinTexts = 0 }));
        OptionRefusals.OutOfRange("MaxThreads", () => ml.Transforms.TextTopics(options with { MaxThreads = -1 }));
        OptionRefusals.OutOfRange("WordsColumnName", () => ml.Transforms.TextTopics(options with { WordsColumnName = "Topics" }));
        var unknown = options with { StopWords = (TextFeaturizingEstimator.Language)99 };
        OptionRefusals.OutOfRange("StopWords", () => ml.Transforms.TextTopics(unknown));
    }

    /// <summary>The first pipeline that people write.</summary>
    [Fact]
    public void Features_of_letters_are_warned_of_and_words_are_not()
    {
        var warnings = new List<string>();
        ml.Log += (_, e) =>
        {
            if (e.Kind == ChannelMessageKind.Warning) warnings.Add(e.RawMessage);
        };
        var data = Sentences.Load(ml);
        ml.Transforms.Text.FeaturizeText("Words", "Text")
            .Append(ml.Transforms.SparseNmf("Topics", "Words", 20, 0.7, maxIterations: 20)).Fit(data);
        Assert.Contains(warnings, warning => warning.Contains("n-grams of characters") && warning.Contains("TextTopics"));
        warnings.Clear();
        ml.Transforms.TextTopics("Topics", "Text").Fit(data);
        Assert.DoesNotContain(warnings, warning => warning.Contains("characters", StringComparison.Ordinal));
        Assert.DoesNotContain(warnings, warning => warning.Contains("explain", StringComparison.Ordinal));
    }

    private double Accuracy(IEstimator<ITransformer> features, DataOperationsCatalog.TrainTestData split)
    {
        var pipeline = ml.Transforms.Conversion.MapValueToKey("Label", "Topic").Append(features).AppendCacheCheckpoint(ml)
            .Append(ml.MulticlassClassification.Trainers.SdcaMaximumEntropy());
        return ml.MulticlassClassification.Evaluate(pipeline.Fit(split.TrainSet).Transform(split.TestSet)).MicroAccuracy;
    }

    private IDataView[] InvalidTexts() => [ml.Data.LoadFromEnumerable([new NoText()]), ml.Data.LoadFromEnumerable([new Number()])];

    private sealed class NoText
    {
        public string Other { get; set; } = "";
    }

    private sealed class Number
    {
        public float Text { get; set; }
    }
}
