using GspMl.ML.Schema;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace GspMl.ML.Tests.Pipelines;

public class TextPipelineTests(ITestOutputHelper output)
{
    private const int Topics = 12;
    private readonly MLContext ml = new(seed: 1);

    /// <summary>Twelve numbers a sentence, beside one for each word: little may be lost.</summary>
    [Fact]
    public void Topics_classify_about_as_well_as_all_the_words()
    {
        var split = ml.Data.TrainTestSplit(Sentences.Load(ml), testFraction: 0.3);
        var without = Accuracy(Classifier(Sentences.Words(ml), "Words"), split);
        var with = Accuracy(Pipeline(), split);
        output.WriteLine($"accuracy without topics {without:F4}, with {Topics} topics alone {with:F4}");
        Assert.InRange(without, 0.9, 1);
        Assert.True(with >= without - 0.08, $"{with} against {without}");
    }

    [Fact]
    public void Topics_have_words_that_belong_together()
    {
        var data = Sentences.Load(ml);
        var words = Sentences.Words(ml).Fit(data).Transform(data);
        var model = ml.Transforms.SparseNmf("Topics", "Words", rank: 6, sparsity: 0.7).Fit(words);
        for (var k = 0; k < 6; k++) output.WriteLine($"{k}: {string.Join(' ', model.GetTopFeatures(k, 8).Select(f => f.Name))}");
        Assert.All(Enumerable.Range(0, 6), k => Assert.NotEmpty(model.GetTopFeatures(k)));
        Assert.InRange(model.Sparsity, 0.7 - 1e-3, 1);
    }

    [Fact]
    public void Cross_validation_fits_anew_for_each_fold()
    {
        var results = ml.BinaryClassification.CrossValidate(Sentences.Load(ml), Pipeline(), numberOfFolds: 3);
        Assert.Equal(3, results.Count);
        Assert.All(results, fold => Assert.InRange(fold.Metrics.Accuracy, 0.75, 1));
    }

    [Fact]
    public void Permutation_feature_importance_names_the_components()
    {
        var data = Sentences.Load(ml);
        var model = ml.Transforms.Conversion.MapValueToKey("Label", "Topic")
            .Append(Sentences.Words(ml))
            .Append(ml.Transforms.SparseNmf("Features", "Words", rank: Topics, sparsity: 0.7))
            .Append(ml.MulticlassClassification.Trainers.SdcaMaximumEntropy())
            .Fit(data);
        var importance = ml.MulticlassClassification.PermutationFeatureImportance(model, model.Transform(data), permutationCount: 2);
        var names = SlotNames.Read(model.GetOutputSchema(data.Schema)["Features"]);
        Assert.Equal(names.Order(), importance.Keys.Order());
        Assert.All(names, (name, k) => Assert.Matches($"^Component{k}: \\w+", name));
        Assert.Contains(importance.Values, metrics => metrics.MicroAccuracy.Mean < -0.01);
    }

    [Fact]
    public void Prediction_engines_of_several_threads_share_one_model()
    {
        var data = Sentences.Load(ml);
        var model = Pipeline().Fit(data);
        var sentences = ml.Data.CreateEnumerable<Sentences.Sentence>(data, reuseRowObject: false).Take(120).ToList();
        var expected = model.Transform(data).Floats("Topics");
        Parallel.For(0, 4, _ =>
        {
            var engine = ml.Model.CreatePredictionEngine<Sentences.Sentence, Sentences.Prediction>(model);
            for (var i = 0; i < sentences.Count; i++) Assert.Equal(expected[i], engine.Predict(sentences[i]).Topics);
        });
    }

    [Fact]
    public void Only_the_columns_asked_for_are_computed()
    {
        var rows = GeneratedData.Matrix(12, 6, 1, r => (float)r.NextDouble());
        var model = ml.Transforms.SparseNmf("Parts", "Features", rank: 2).Fit(ml.Vectors(rows));
        rows[3][2] = float.NaN;
        var transformed = model.Transform(ml.Vectors(rows));
        Assert.Equal(12, transformed.GetColumn<float>("Number").Count());
        Assert.Throws<InvalidOperationException>(() => transformed.Floats("Parts"));
    }

    private EstimatorChain<ITransformer> Pipeline() => Classifier(
        Sentences.Words(ml).Append(ml.Transforms.SparseNmf("Topics", "Words", rank: Topics, sparsity: 0.7)), "Topics");

    private EstimatorChain<ITransformer> Classifier(IEstimator<ITransformer> features, string column) =>
        features.Append<ITransformer>(ml.BinaryClassification.Trainers.SdcaLogisticRegression("Label", column));

    private double Accuracy(EstimatorChain<ITransformer> pipeline, DataOperationsCatalog.TrainTestData split) =>
        ml.BinaryClassification.Evaluate(pipeline.Fit(split.TrainSet).Transform(split.TestSet)).Accuracy;
}
